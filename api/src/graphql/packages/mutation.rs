//! Making, buying, passing on, giving back and adjusting packages.

use async_graphql::{Context, Object, SimpleObject};

use super::input::{
    AdjustPackageInput, CreatePackageProductInput, PurchasePackageInput, RefundPackageInput,
    TransferPackageInput, UpdatePackageProductInput,
};
use super::{PackageProduct, PackagePurchase};
use crate::domain::packages::{adjust, products, purchase, refund, transfer};
use crate::graphql::bookings::Payment;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::payload::{answer, call, payload};

payload! {
    /// What `createPackageProduct` answers.
    CreatePackageProductPayload {
        /// The new product.
        product: PackageProduct
    }
}

payload! {
    /// What `updatePackageProduct` answers.
    UpdatePackageProductPayload {
        /// The product, as it is now.
        product: PackageProduct
    }
}

payload! {
    /// What `purchasePackage` answers.
    PurchasePackagePayload {
        /// The purchase.
        purchase: PackagePurchase
    }
}

payload! {
    /// What `adjustPackage` answers.
    AdjustPackagePayload {
        /// The purchase, as it is now.
        purchase: PackagePurchase
    }
}

/// What `transferPackage` answers.
#[derive(SimpleObject)]
pub struct TransferPackagePayload {
    /// The receiver's purchase.
    purchase: Option<PackagePurchase>,
    /// The purchase that the sessions came from, as it is now.
    source: Option<PackagePurchase>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

/// What `refundPackage` answers.
#[derive(SimpleObject)]
pub struct RefundPackagePayload {
    /// The purchase, as it is now.
    purchase: Option<PackagePurchase>,
    /// What goes back; null when nothing does.
    refund: Option<Payment>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

/// The mutations about packages.
#[derive(Default)]
pub struct PackagesMutation;

#[Object]
impl PackagesMutation {
    /// Makes a package that customers can buy. For managers.
    async fn create_package_product(
        &self,
        ctx: &Context<'_>,
        input: CreatePackageProductInput,
    ) -> Result<CreatePackageProductPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("createPackageProduct", &input, key, None);
        let done = async {
            products::create_product(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreatePackageProductPayload::of(done.await, PackageProduct::from)
    }

    /// Changes a package that customers can buy. What was sold keeps the terms that it was sold under. For
    /// managers.
    async fn update_package_product(
        &self,
        ctx: &Context<'_>,
        input: UpdatePackageProductInput,
    ) -> Result<UpdatePackageProductPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("updatePackageProduct", &input, key, None);
        let done = async {
            products::update_product(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        UpdatePackageProductPayload::of(done.await, PackageProduct::from)
    }

    /// Buys a package. A customer's own waits for its payment (`recordPayment`) and cannot be used before;
    /// staff and payment services may say with a reference that it was paid.
    async fn purchase_package(
        &self,
        ctx: &Context<'_>,
        input: PurchasePackageInput,
    ) -> Result<PurchasePackagePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("purchasePackage", &input, key, input.dry_run);
        let done =
            async { purchase::purchase(ctx.gateway(), ctx.viewer(), input.command()?, call).await };
        PurchasePackagePayload::of(done.await, PackagePurchase::from)
    }

    /// Passes sessions on to somebody else, by their id or their email address, with the terms and the end
    /// that they have. For whoever holds them, and for staff.
    async fn transfer_package(
        &self,
        ctx: &Context<'_>,
        input: TransferPackageInput,
    ) -> Result<TransferPackagePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("transferPackage", &input, key, None);
        let done =
            async { transfer::transfer(ctx.gateway(), ctx.viewer(), input.command()?, call).await };
        let answer = answer(done.await)?;
        let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
        let (purchase, source) = match answer.done {
            Some(done) => (
                Some(done.value.received.into()),
                Some(done.value.source.into()),
            ),
            None => (None, None),
        };
        Ok(TransferPackagePayload {
            purchase,
            source,
            user_errors: answer.user_errors,
            replayed,
        })
    }

    /// Gives a package back for money: takes its unused sessions and records their share of what was paid as a
    /// refund. One that was never paid in full is called off, and what was paid comes back whole. Staff only.
    async fn refund_package(
        &self,
        ctx: &Context<'_>,
        input: RefundPackageInput,
    ) -> Result<RefundPackagePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("refundPackage", &input, key, input.dry_run);
        let done =
            async { refund::refund(ctx.gateway(), ctx.viewer(), input.command()?, call).await };
        let answer = answer(done.await)?;
        let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
        let (purchase, refund) = match answer.done {
            Some(done) => (
                Some(done.value.purchase.into()),
                done.value.refund.map(Into::into),
            ),
            None => (None, None),
        };
        Ok(RefundPackagePayload {
            purchase,
            refund,
            user_errors: answer.user_errors,
            replayed,
        })
    }

    /// Gives or takes sessions, with a reason. Staff only.
    async fn adjust_package(
        &self,
        ctx: &Context<'_>,
        input: AdjustPackageInput,
    ) -> Result<AdjustPackagePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("adjustPackage", &input, key, None);
        let done =
            async { adjust::adjust(ctx.gateway(), ctx.viewer(), input.command()?, call).await };
        AdjustPackagePayload::of(done.await, PackagePurchase::from)
    }
}
