//! Payments. The gateway takes no money; it keeps the record of what was taken elsewhere.

use entity::{booking_orders, payments};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};

use super::repo::{self, Booked};
use super::rules::status::{Action, Needs, Status};
use super::rules::terms::PaymentTerms;
use super::writes;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// The scope of a token that may record payments in any business: a payment backend's.
pub const SCOPE: &str = "payments:write";
/// The longest reference, in characters.
const MAX_REFERENCE: usize = 200;

/// What a payment was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentKind {
    /// What is paid ahead.
    Deposit,
    /// The rest of the bill.
    Balance,
    /// The fee of a late cancellation.
    Fee,
    /// Money given back.
    Refund,
}

impl PaymentKind {
    const ALL: [Self; 4] = [Self::Deposit, Self::Balance, Self::Fee, Self::Refund];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Balance => "balance",
            Self::Fee => "fee",
            Self::Refund => "refund",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A payment to be put on record.
#[derive(Clone, Debug)]
pub struct RecordPayment {
    /// The booking that was paid for.
    pub booking_id: String,
    /// What it was for.
    pub kind: PaymentKind,
    /// The amount in minor units of the booking's currency.
    pub amount_minor: i32,
    /// Whatever finds the payment again where it was taken.
    pub reference: Option<String>,
}

/// A recorded payment with the booking as it then is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// The payment.
    pub payment: payments::Model,
    /// The booking.
    pub booked: Booked,
}

/// What has been paid on a booking, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Deposits.
    pub deposit: i64,
    /// Deposits and balances.
    pub bill: i64,
    /// Cancellation fees.
    pub fee: i64,
    /// Money given back.
    pub refund: i64,
}

impl Paid {
    /// Adds up the payments of one booking.
    #[must_use]
    pub fn of<'a>(payments: impl IntoIterator<Item = &'a payments::Model>) -> Self {
        let mut paid = Self::default();
        for payment in payments {
            let amount = i64::from(payment.amount_minor);
            match PaymentKind::parse(&payment.kind) {
                Some(PaymentKind::Deposit) => {
                    paid.deposit += amount;
                    paid.bill += amount;
                }
                Some(PaymentKind::Balance) => paid.bill += amount,
                Some(PaymentKind::Fee) => paid.fee += amount,
                Some(PaymentKind::Refund) => paid.refund += amount,
                None => {}
            }
        }
        paid
    }
}

/// What has been deposited for a booking, in minor units.
///
/// # Errors
/// When the database fails.
pub async fn deposited(db: &impl ConnectionTrait, booking: &booking_orders::Model) -> Result<i64> {
    Ok(paid(db, booking).await?.deposit)
}

/// What the business has yet to give back of what was paid on a booking, beyond a fee; nothing when
/// that is nothing.
///
/// # Errors
/// When the database fails.
pub async fn refund_due(
    db: &impl ConnectionTrait,
    booking: &booking_orders::Model,
    fee_minor: i32,
) -> Result<Option<i32>> {
    let paid = paid(db, booking).await?;
    let due = paid.bill + paid.fee - paid.refund - i64::from(fee_minor);
    Ok(i32::try_from(due).ok().filter(|due| *due > 0))
}

async fn paid(db: &impl ConnectionTrait, booking: &booking_orders::Model) -> Result<Paid> {
    let rows = payments::Entity::find()
        .filter(payments::Column::BookingOrderId.eq(&booking.id))
        .all(db)
        .await?;
    Ok(Paid::of(&rows))
}

/// Puts a payment for a booking on record; a deposit that is paid in full confirms it. For staff, and
/// for services whose token has the scope [`SCOPE`].
///
/// # Errors
/// `NOT_FOUND`, `INVALID_INPUT` for more than is owed or was paid, `INVALID_STATE` for a deposit that
/// nobody waits for, `Forbidden`.
pub async fn record(
    gateway: &Gateway,
    viewer: &Viewer,
    command: RecordPayment,
    call: Call,
) -> Result<Outcome<Recorded>> {
    check(&command)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let booking = match viewer.has_scope(SCOPE) {
        true => repo::lock_any(&work, &command.booking_id).await?,
        false => repo::lock(&work, viewer, &command.booking_id, None).await?,
    };
    if !viewer.has_scope(SCOPE) && !viewer.is_staff_of(&booking.biz_id) {
        return Err(Error::Forbidden("Only staff may record payments."));
    }
    let paid = paid(&*work, &booking).await?;
    let status = Status::of(&booking, work.now);
    let amount = i64::from(command.amount_minor);
    let most = match command.kind {
        PaymentKind::Deposit => {
            // Money for a time that may be somebody else's by now is for the payer to have back.
            status.after(Action::Secure, Needs::default())?;
            i64::from(booking.total_minor) - paid.bill
        }
        PaymentKind::Balance => i64::from(booking.total_minor) - paid.bill,
        PaymentKind::Fee => i64::from(booking.cancellation_fee_minor.unwrap_or(0)) - paid.fee,
        PaymentKind::Refund => paid.bill + paid.fee - paid.refund,
    };
    if amount > most {
        let message = format!("At most {most} can be paid.");
        return Err(Refusal::invalid("amountMinor", message).into());
    }
    let payment = payments::ActiveModel {
        id: Set(Kind::Payment.mint(work.now)),
        biz_id: Set(booking.biz_id.clone()),
        booking_order_id: Set(Some(booking.id.clone())),
        customer_purchase_id: Set(None),
        kind: Set(command.kind.as_str().to_owned()),
        amount_minor: Set(command.amount_minor),
        currency: Set(booking.currency.clone()),
        reference: Set(command.reference),
        recorded_by_user_id: Set(viewer.id().map(str::to_owned)),
        recorded_at: Set(work.now.into()),
        created_at: Set(work.now.into()),
    };
    let payment = payment.insert(&*work).await?;
    let secured = command.kind == PaymentKind::Deposit
        && paid.deposit + amount >= i64::from(booking.deposit_required_minor.unwrap_or(0));
    let mut changes: booking_orders::ActiveModel = Default::default();
    // What is owed back on a place in a class that was called off, this payment or refund included.
    if booking.class_occurrence_id.is_some() && status == Status::Cancelled {
        let fee = booking.cancellation_fee_minor.unwrap_or(0);
        changes.refund_due_minor = Set(refund_due(&*work, &booking, fee).await?);
    }
    let booked = match secured {
        true => {
            let next = status.after(Action::Secure, Needs::default())?;
            writes::enter(&work, booking, next, changes, "booking.confirmed").await?
        }
        false => writes::touch(&work, booking, changes, "booking.paid").await?,
    };
    work.finish(Recorded { payment, booked }).await
}

fn check(command: &RecordPayment) -> Result<(), Refusal> {
    if command.amount_minor <= 0 {
        return Err(Refusal::invalid(
            "amountMinor",
            "Must be more than nothing.",
        ));
    }
    let reference = command.reference.as_deref().unwrap_or_default();
    if reference.chars().count() > MAX_REFERENCE || reference.chars().any(char::is_control) {
        let message = format!("At most {MAX_REFERENCE} characters on one line.");
        return Err(Refusal::invalid("reference", message));
    }
    Ok(())
}

/// Grants payment terms, which waive the deposit. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_STATE` once the booking has ended, `Forbidden`.
pub async fn set_terms(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    terms: PaymentTerms,
    expected_version: Option<i32>,
    call: Call,
) -> Result<Outcome<Booked>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let booking = repo::lock(&work, viewer, booking_id, expected_version).await?;
    if !viewer.is_staff_of(&booking.biz_id) {
        return Err(Error::Forbidden("Only staff may grant payment terms."));
    }
    let status = Status::of(&booking, work.now);
    status.after(Action::GrantTerms, Needs::default())?;
    let service = Span {
        from: booking.start_at.to_utc(),
        to: booking.end_at.to_utc(),
    };
    let changes = booking_orders::ActiveModel {
        payment_terms: Set(Some(terms.as_str().to_owned())),
        payment_due_at: Set(Some(terms.due_at(work.now, service).into())),
        deposit_required_minor: Set(None),
        ..Default::default()
    };
    let booked = match status {
        Status::AwaitingDeposit => {
            let next = status.after(Action::Secure, Needs::default())?;
            writes::enter(&work, booking, next, changes, "booking.confirmed").await?
        }
        _ => writes::touch(&work, booking, changes, "booking.terms_granted").await?,
    };
    work.finish(booked).await
}
