//! What mutations take beside their input, and how they answer.

use async_graphql::{ID, InputType};
use sha2::{Digest, Sha256};

use crate::domain::ids::Kind;
use crate::domain::tx::{Call, Outcome};
use crate::domain::{Error, Refusal};

use super::error::{Failure, UserError};

/// A mutation's answer before it takes the shape of its payload.
pub struct Answer<T> {
    /// What was done, unless it was refused.
    pub done: Option<Outcome<T>>,
    /// Why it was refused.
    pub user_errors: Vec<UserError>,
}

/// Tells refusals, which are part of the answer, from errors, which are not.
///
/// # Errors
/// Everything but a refusal.
pub fn answer<T>(result: Result<Outcome<T>, Error>) -> Result<Answer<T>, Failure> {
    match result {
        Ok(outcome) => Ok(Answer {
            done: Some(outcome),
            user_errors: Vec::new(),
        }),
        Err(Error::Refused(refusal)) => Ok(Answer {
            done: None,
            user_errors: vec![refusal.into()],
        }),
        Err(error) => Err(error.into()),
    }
}

/// How a mutation was called.
pub fn call(
    mutation: &'static str,
    input: &impl InputType,
    idempotency_key: Option<&String>,
    dry_run: Option<bool>,
) -> Call {
    // The input's GraphQL form lists its fields in the order of the schema, so equal inputs print alike.
    let printed = input.to_value().to_string();
    Call {
        mutation,
        idempotency_key: idempotency_key.cloned(),
        fingerprint: format!("{:x}", Sha256::digest(printed)),
        dry_run: dry_run.unwrap_or(false),
    }
}

/// A refusal found while an input is being read.
pub type Read<T> = Result<T, Refusal>;

/// Takes an id that may be left out.
///
/// # Errors
/// `INVALID_INPUT` at `field` for an id of another kind.
pub fn optional_id(kind: Kind, id: Option<ID>, field: &str) -> Read<Option<String>> {
    id.map(|id| kind.accept(&id, field)).transpose()
}

/// Defines the payload of a mutation: its nullable result, `userErrors` and `replayed`.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Why it was refused; empty when it was done.
            user_errors: Vec<$crate::graphql::error::UserError>,
            /// Whether this is the stored result of an earlier call with the same idempotency key.
            replayed: bool,
        }

        impl $name {
            /// Shapes a use case's result.
            ///
            /// # Errors
            /// Everything but a refusal.
            pub fn of<T>(
                result: Result<$crate::domain::tx::Outcome<T>, $crate::domain::Error>,
                shape: impl FnOnce(T) -> $type,
            ) -> Result<Self, $crate::graphql::error::Failure> {
                let answer = $crate::graphql::payload::answer(result)?;
                Ok(Self {
                    user_errors: answer.user_errors,
                    replayed: answer.done.as_ref().is_some_and(|done| done.replayed),
                    $field: answer.done.map(|done| shape(done.value)),
                })
            }
        }
    };
}

pub(crate) use payload;
