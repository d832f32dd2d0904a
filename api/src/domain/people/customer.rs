//! For whom something is done: the viewer, or the customer whom staff name.

use super::blocking;
use crate::domain::bookings::repo::is_known;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// For whom it is, if the business has dealings with them. `forbidden` says what only staff may do for
/// somebody else.
///
/// # Errors
/// `NOT_FOUND` at `customerId` when the business does not know them; `INVALID_STATE` there when it has blocked
/// them; `Forbidden`; `Unauthenticated`.
pub async fn customer(
    work: &Work,
    viewer: &Viewer,
    biz_id: &str,
    named: Option<&str>,
    forbidden: &'static str,
) -> Result<String> {
    let me = viewer.user_id()?;
    let customer = named.unwrap_or(me);
    if customer != me {
        if !viewer.is_staff_of(biz_id) {
            return Err(Error::Forbidden(forbidden));
        }
        if !is_known(&**work, biz_id, customer).await? {
            return Err(Refusal::not_found("customerId", "customer").into());
        }
    }
    blocking::check(&**work, biz_id, customer).await?;
    Ok(customer.to_owned())
}
