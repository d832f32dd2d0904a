//! Customers with whom a business will have no dealings: they book nothing, buy nothing and are passed nothing
//! on. What they have stays theirs.

use entity::memberships;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect,
};
use serde_json::json;

use crate::domain::error::{Refusal, RefusalCode, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::{Role, Viewer};

/// Whether a customer is to be blocked.
#[derive(Clone, Debug)]
pub struct SetBlocked {
    /// The business.
    pub biz_id: String,
    /// The customer.
    pub user_id: String,
    /// Whether they are to be.
    pub blocked: bool,
}

/// Blocks a customer, or lets them back in. For managers.
///
/// # Errors
/// `NOT_FOUND` at `businessId` or `userId`; `INVALID_STATE` at `userId` for somebody who works there;
/// `Forbidden`.
pub async fn set_blocked(
    gateway: &Gateway,
    viewer: &Viewer,
    command: SetBlocked,
    call: Call,
) -> Result<Outcome<memberships::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let membership = memberships::Entity::find()
        .filter(memberships::Column::BizId.eq(&command.biz_id))
        .filter(memberships::Column::UserId.eq(&command.user_id))
        .filter(memberships::Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(&*work)
        .await?
        .ok_or_else(|| Refusal::not_found("userId", "customer"))?;
    if Role::parse(&membership.role).is_some_and(Role::is_staff) {
        let message = "Only customers are blocked; give them another role first.";
        return Err(Refusal::new(RefusalCode::InvalidState, message)
            .at("userId")
            .into());
    }
    let row = memberships::ActiveModel {
        blocked_at: Set(command.blocked.then(|| work.now.into())),
        updated_at: Set(work.now.into()),
        ..membership.into()
    };
    let membership = row.update(&*work).await?;
    let event = Event {
        biz_id: &membership.biz_id,
        kind: match command.blocked {
            true => "customer.blocked",
            false => "customer.unblocked",
        },
        aggregate: "membership",
        aggregate_id: &membership.id,
        payload: json!({ "userId": membership.user_id }),
    };
    events::emit(&work, event).await?;
    work.finish(membership).await
}

/// Whether a business will have no dealings with somebody.
///
/// # Errors
/// When the database fails.
pub async fn is_blocked(db: &impl ConnectionTrait, biz_id: &str, user_id: &str) -> Result<bool> {
    let membership = memberships::Entity::find()
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(memberships::Column::BlockedAt.is_not_null())
        .one(db)
        .await?;
    Ok(membership.is_some())
}

/// Lets a customer pass whom a business has dealings with.
///
/// # Errors
/// `INVALID_STATE` at `customerId` for one who is blocked.
pub async fn check(db: &impl ConnectionTrait, biz_id: &str, user_id: &str) -> Result<()> {
    match is_blocked(db, biz_id, user_id).await? {
        true => Err(Refusal::new(
            RefusalCode::InvalidState,
            "This business has no dealings with this customer.",
        )
        .at("customerId")
        .into()),
        false => Ok(()),
    }
}
