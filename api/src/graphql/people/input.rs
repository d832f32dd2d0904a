//! What the mutations about people take.

use async_graphql::{ID, InputObject};

use super::Role;
use crate::domain::Refusal;
use crate::domain::ids::Kind;
use crate::domain::people::blocking::SetBlocked;
use crate::domain::people::members::{AddMember, CreateCustomer, Who};
use crate::graphql::payload::Read;

/// A part in a business to be given.
#[derive(Clone, Debug, InputObject)]
pub struct AddMemberInput {
    /// The business.
    pub business_id: ID,
    /// The user to whom; or else an email address.
    pub user_id: Option<ID>,
    /// The email address of whom: somebody's, or one that waits for whoever signs in with it.
    pub email: Option<String>,
    /// What they are to be. Only an owner makes owners and admins.
    pub role: Role,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl AddMemberInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind, and unless exactly one person is named.
    pub fn command(self) -> Read<AddMember> {
        let who = match (self.user_id, self.email) {
            (Some(id), None) => Who::User(Kind::User.accept(&id, "userId")?),
            (None, Some(email)) => Who::Email(email),
            _ => {
                return Err(Refusal::invalid(
                    "userId",
                    "Give either `userId` or `email`.",
                ));
            }
        };
        Ok(AddMember {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            who,
            role: self.role.into(),
        })
    }
}

/// A customer to be entered.
#[derive(Clone, Debug, InputObject)]
pub struct CreateCustomerInput {
    /// The business.
    pub business_id: ID,
    /// What they are called: one line of at most 200 characters.
    pub name: String,
    /// Their email address, by which they are recognised, also when they sign in one day.
    pub email: Option<String>,
    /// Their telephone number: one line of at most 40 characters.
    pub phone: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateCustomerInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateCustomer> {
        Ok(CreateCustomer {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            name: self.name,
            email: self.email,
            phone: self.phone,
        })
    }
}

/// Whether a customer is to be blocked.
#[derive(Clone, Debug, InputObject)]
pub struct SetCustomerBlockedInput {
    /// The business.
    pub business_id: ID,
    /// The customer.
    pub user_id: ID,
    /// Whether they are to be blocked.
    pub blocked: bool,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl SetCustomerBlockedInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<SetBlocked> {
        Ok(SetBlocked {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            user_id: Kind::User.accept(&self.user_id, "userId")?,
            blocked: self.blocked,
        })
    }
}
