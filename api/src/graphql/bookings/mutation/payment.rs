//! Payments on record, and payment terms.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::Error;
use crate::domain::bookings::{payments, terms};
use crate::domain::ids::Kind;
use crate::graphql::bookings::input::{RecordPaymentInput, SetPaymentTermsInput};
use crate::graphql::bookings::{Booking, Payment};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::packages::PackagePurchase;
use crate::graphql::payload::{answer, call, payload};

/// What `recordPayment` answers.
#[derive(SimpleObject)]
pub struct RecordPaymentPayload {
    /// The payment on record.
    payment: Option<Payment>,
    /// The booking as it then is, if one was paid for.
    booking: Option<Booking>,
    /// The package as it then is, if one was paid for.
    purchase: Option<PackagePurchase>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

payload! {
    /// What `setPaymentTerms` answers.
    SetPaymentTermsPayload {
        /// The booking.
        booking: Booking
    }
}

/// The mutations about payments.
#[derive(Default)]
pub struct PaymentMutation;

#[Object]
impl PaymentMutation {
    /// Puts a payment on record; a deposit that is paid in full confirms its booking, and a package that is
    /// paid in full becomes active. For staff, and for services whose token has the scope `payments:write`.
    async fn record_payment(
        &self,
        ctx: &Context<'_>,
        input: RecordPaymentInput,
    ) -> Result<RecordPaymentPayload> {
        let call = call(
            "recordPayment",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let recorded =
            async { payments::record(ctx.gateway(), ctx.viewer(), input.command()?, call).await };
        let answer = answer(recorded.await)?;
        let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
        let (payment, booking, purchase) = match answer.done {
            Some(done) => (
                Some(done.value.payment.into()),
                done.value.booked.map(Into::into),
                done.value.purchase.map(Into::into),
            ),
            None => (None, None, None),
        };
        Ok(RecordPaymentPayload {
            payment,
            booking,
            purchase,
            user_errors: answer.user_errors,
            replayed,
        })
    }

    /// Grants payment terms, which waive the deposit. Staff only.
    async fn set_payment_terms(
        &self,
        ctx: &Context<'_>,
        input: SetPaymentTermsInput,
    ) -> Result<SetPaymentTermsPayload> {
        let call = call(
            "setPaymentTerms",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let done = async {
            let id = Kind::Booking
                .accept(&input.booking_id, "bookingId")
                .map_err(Error::from)?;
            let (granted, expected) = (input.payment_terms.into(), input.expected_version);
            terms::set_terms(ctx.gateway(), ctx.viewer(), &id, granted, expected, call).await
        };
        SetPaymentTermsPayload::of(done.await, Booking::from)
    }
}
