//! Giving people a part in a business.

use async_graphql::{Context, Object};

use super::input::{AddMemberInput, CreateCustomerInput, SetCustomerBlockedInput};
use super::{Membership, User};
use crate::domain::people::{blocking, members};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};

payload! {
    /// What `addMember` answers.
    AddMemberPayload {
        /// The person's part in the business, as it is now.
        membership: Membership
    }
}

payload! {
    /// What `createCustomer` answers.
    CreateCustomerPayload {
        /// The customer.
        user: User
    }
}

payload! {
    /// What `setCustomerBlocked` answers.
    SetCustomerBlockedPayload {
        /// The customer's part in the business, as it is now.
        membership: Membership
    }
}

/// The mutations about people.
#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Gives somebody a part in a business, or another part than they had. For owners, admins and
    /// managers, up to their own role; only an owner makes owners and admins.
    async fn add_member(
        &self,
        ctx: &Context<'_>,
        input: AddMemberInput,
    ) -> Result<AddMemberPayload> {
        let call = call("addMember", &input, input.idempotency_key.as_ref(), None);
        let result = async {
            members::add_member(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        AddMemberPayload::of(result.await, Membership::from)
    }

    /// Enters a customer of a business. Somebody whom the email address belongs to already is not changed;
    /// they become a customer unless they have a part in the business. For staff.
    async fn create_customer(
        &self,
        ctx: &Context<'_>,
        input: CreateCustomerInput,
    ) -> Result<CreateCustomerPayload> {
        let call = call(
            "createCustomer",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            members::create_customer(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreateCustomerPayload::of(result.await, User::from)
    }

    /// Blocks a customer of a business, who then books nothing, buys nothing and is passed nothing on there; or
    /// lets them back in. For managers.
    async fn set_customer_blocked(
        &self,
        ctx: &Context<'_>,
        input: SetCustomerBlockedInput,
    ) -> Result<SetCustomerBlockedPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("setCustomerBlocked", &input, key, None);
        let result = async {
            blocking::set_blocked(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        SetCustomerBlockedPayload::of(result.await, Membership::from)
    }
}
