//! Passing sessions on to somebody else.

use entity::{customer_purchase_offers, customer_purchases, users};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

use super::error::PackageRefusal;
use super::ledger::{self, Entry, LedgerKind};
use super::repo;
use super::rules::standing::{Standing, Status};
use super::rules::terms::Terms;
use super::rules::value::worth;
use crate::domain::bookings::writes::make_customer;
use crate::domain::catalog::rules;
use crate::domain::error::{Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::people::blocking::is_blocked;
use crate::domain::people::members::{Who, with_email};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Sessions to be passed on.
#[derive(Clone, Debug)]
pub struct TransferPackage {
    /// From this purchase.
    pub purchase_id: String,
    /// To whom. An email address that nobody has waits for whoever signs in with it.
    pub to: Who,
    /// How many; all that remain when `None`.
    pub sessions: Option<i32>,
}

/// What became of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transferred {
    /// The purchase of whoever received them.
    pub received: customer_purchases::Model,
    /// The purchase that they came from.
    pub source: customer_purchases::Model,
}

/// Passes sessions on, with the terms and the end that they have, and with their share of what was paid. For
/// whoever holds them, and for staff.
///
/// # Errors
/// `NOT_FOUND` at `purchaseId` or `toUserId`; `NOT_TRANSFERABLE` by the terms of the package, and for a
/// receiver who holds it already or is blocked; `PACKAGE_EXHAUSTED` for more than remain; `PACKAGE_EXPIRED`,
/// `PAYMENT_REQUIRED`, `INVALID_INPUT`.
pub async fn transfer(
    gateway: &Gateway,
    viewer: &Viewer,
    command: TransferPackage,
    call: Call,
) -> Result<Outcome<Transferred>> {
    let (to, field) = match command.to {
        Who::Email(email) => {
            let email = rules::email(&email).map_err(|refusal| refusal.at("toEmail"))?;
            (Who::Email(email), "toEmail")
        }
        to => (to, "toUserId"),
    };
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let source = repo::lock(&work, viewer, &command.purchase_id).await?;
    let terms = Terms::of(&source)?;
    let sessions = may_pass_on(&work, &source, &terms, command.sessions)?;
    let receiver = receiver(&work, &source, to, field).await?;
    let source_offers = offers_of(&work, &source).await?;
    let value = worth(&source, terms.sessions, sessions);

    let changes = customer_purchases::ActiveModel {
        transferred_minor: Set(source.transferred_minor + value),
        ..Default::default()
    };
    let source = repo::save(&work, &source, changes).await?;
    let out = Entry {
        by: viewer.id(),
        ..Entry::new(LedgerKind::TransferOut, -sessions)
    };
    let source = ledger::write(&work, &source, out).await?;

    let received = handed_over(&work, &source, terms, sessions, value, &receiver)?;
    repo::insert(&work, &received, source_offers).await?;
    let into = Entry {
        by: viewer.id(),
        ..Entry::new(LedgerKind::TransferIn, sessions)
    };
    ledger::open(&work, &received, into).await?;
    make_customer(&work, &source.biz_id, &receiver).await?;
    work.finish(Transferred { received, source }).await
}

/// How many sessions are passed on, if they may be.
fn may_pass_on(
    work: &Work,
    source: &customer_purchases::Model,
    terms: &Terms,
    wanted: Option<i32>,
) -> Result<i32> {
    let standing = Standing::of(source, work.now);
    match standing.status {
        Status::Active => {}
        Status::PendingPayment => return Err(PackageRefusal::Unpaid.into()),
        Status::Expired => return Err(PackageRefusal::Expired.into()),
        Status::Exhausted => return Err(PackageRefusal::Exhausted(0).into()),
        status => return Err(PackageRefusal::Illegal(status, "passed on").into()),
    }
    if !terms.transferable {
        return Err(PackageRefusal::NotTransferable.into());
    }
    let sessions = wanted.unwrap_or(standing.remaining);
    if sessions < 1 {
        return Err(Refusal::invalid("sessions", "At least one.").into());
    }
    match sessions <= standing.remaining {
        true => Ok(sessions),
        false => Err(PackageRefusal::Exhausted(standing.remaining)
            .at("sessions")
            .into()),
    }
}

/// Who receives them. Somebody who has yet to sign in is made by their email address.
async fn receiver(
    work: &Work,
    source: &customer_purchases::Model,
    to: Who,
    field: &str,
) -> Result<String> {
    let user = match to {
        Who::User(id) => users::Entity::find_by_id(id)
            .filter(users::Column::DeletedAt.is_null())
            .one(&**work)
            .await?
            .ok_or_else(|| Refusal::not_found(field, "user"))?,
        Who::Email(email) => {
            let name = email.split('@').next().unwrap_or(&email).to_owned();
            with_email(work, name, email, None).await?
        }
    };
    if user.id == source.customer_user_id {
        return Err(PackageRefusal::ToOneself.at(field).into());
    }
    if is_blocked(&**work, &source.biz_id, &user.id).await? {
        return Err(PackageRefusal::ToBlocked.at(field).into());
    }
    Ok(user.id)
}

async fn offers_of(work: &Work, purchase: &customer_purchases::Model) -> Result<Vec<String>> {
    use customer_purchase_offers::Column;
    Ok(customer_purchase_offers::Entity::find()
        .select_only()
        .column(Column::OfferId)
        .filter(Column::CustomerPurchaseId.eq(&purchase.id))
        .into_tuple()
        .all(&**work)
        .await?)
}

/// The purchase of whoever receives the sessions.
fn handed_over(
    work: &Work,
    source: &customer_purchases::Model,
    terms: Terms,
    sessions: i32,
    value: i32,
    receiver: &str,
) -> Result<customer_purchases::Model> {
    let terms = Terms { sessions, ..terms };
    Ok(customer_purchases::Model {
        id: Kind::PackagePurchase.mint(work.now),
        customer_user_id: receiver.to_owned(),
        status: Status::Active.as_str().to_owned(),
        sessions_total: sessions,
        sessions_used: 0,
        sessions_remaining: sessions,
        purchased_at: work.now.into(),
        transferred_from_purchase_id: Some(source.id.clone()),
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        version: 1,
        terms_snapshot: Some(serde_json::to_value(&terms)?),
        price_minor: value,
        paid_minor: value,
        transferred_minor: 0,
        refunded_minor: 0,
        sessions_adjusted: 0,
        activated_at: Some(work.now.into()),
        ..source.clone()
    })
}
