//! Payments. The gateway takes no money; it keeps the record of what was taken elsewhere.

use entity::{booking_orders, customer_purchases, payments};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};

use super::repo::{self, Booked};
use super::rules::status::{Action, Needs, Status};
use super::writes;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::packages::paying;
use crate::domain::tx::{Begun, Call, Outcome, Work};
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
    /// The price of a package.
    Purchase,
}

impl PaymentKind {
    const ALL: [Self; 5] = [
        Self::Deposit,
        Self::Balance,
        Self::Fee,
        Self::Refund,
        Self::Purchase,
    ];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Balance => "balance",
            Self::Fee => "fee",
            Self::Refund => "refund",
            Self::Purchase => "purchase",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What a payment is for, by its id.
#[derive(Clone, Debug)]
pub enum PaidFor {
    /// A booking.
    Booking(String),
    /// A package that was bought.
    Purchase(String),
}

/// A payment to be put on record.
#[derive(Clone, Debug)]
pub struct RecordPayment {
    /// What was paid for.
    pub paid_for: PaidFor,
    /// What it was for.
    pub kind: PaymentKind,
    /// The amount in minor units of the currency of the booking or the package.
    pub amount_minor: i32,
    /// Whatever finds the payment again where it was taken.
    pub reference: Option<String>,
}

/// A recorded payment with what was paid for, as it then is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// The payment.
    pub payment: payments::Model,
    /// The booking, if it was one.
    pub booked: Option<Booked>,
    /// The package, if it was one.
    pub purchase: Option<customer_purchases::Model>,
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
                Some(PaymentKind::Purchase) | None => {}
            }
        }
        paid
    }

    /// What counts towards a deposit of `required`: whatever was paid of the bill, before or as a deposit.
    #[must_use]
    pub fn towards(&self, required: i32) -> i64 {
        self.deposit.max(self.bill.min(required.into()))
    }
}

/// Whether a deposit of `required` has been paid for a booking.
///
/// # Errors
/// When the database fails.
pub async fn has_deposited(
    db: &impl ConnectionTrait,
    booking: &booking_orders::Model,
    required: i32,
) -> Result<bool> {
    Ok(paid(db, booking).await?.towards(required) >= i64::from(required))
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

/// Puts a payment on record. Of a booking, the one that completes its deposit confirms it; of a package, the
/// one that completes its price makes it active. For staff, and for services whose token has the scope
/// [`SCOPE`].
///
/// # Errors
/// `NOT_FOUND`, `INVALID_INPUT` for more than is owed or was paid, `INVALID_STATE` when nothing of that kind is
/// to be paid any more, `Forbidden`.
pub async fn record(
    gateway: &Gateway,
    viewer: &Viewer,
    command: RecordPayment,
    call: Call,
) -> Result<Outcome<Recorded>> {
    if command.amount_minor <= 0 {
        let message = "Must be more than nothing.";
        return Err(Refusal::invalid("amountMinor", message).into());
    }
    let reference = reference("reference", command.reference)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (kind, amount) = (command.kind, command.amount_minor);
    let recorded = match &command.paid_for {
        PaidFor::Booking(id) => {
            let (payment, booked) = for_booking(&work, viewer, id, kind, amount, reference).await?;
            Recorded {
                payment,
                booked: Some(booked),
                purchase: None,
            }
        }
        PaidFor::Purchase(id) => {
            let (payment, purchase) =
                paying::record(&work, viewer, id, kind, amount, reference).await?;
            Recorded {
                payment,
                booked: None,
                purchase: Some(purchase),
            }
        }
    };
    work.finish(recorded).await
}

async fn for_booking(
    work: &Work,
    viewer: &Viewer,
    booking_id: &str,
    kind: PaymentKind,
    amount_minor: i32,
    reference: Option<String>,
) -> Result<(payments::Model, Booked)> {
    let booking = match viewer.has_scope(SCOPE) {
        true => repo::lock_any(work, booking_id).await?,
        false => repo::lock(work, viewer, booking_id, None).await?,
    };
    if !viewer.has_scope(SCOPE) && !viewer.is_staff_of(&booking.biz_id) {
        return Err(Error::Forbidden("Only staff may record payments."));
    }
    let paid = paid(&**work, &booking).await?;
    let status = Status::of(&booking, work.now);
    at_most(amount_minor, owed(&booking, status, kind, paid)?)?;
    let subject = Subject::Booking(&booking);
    let payment = insert(work, viewer, subject, kind, amount_minor, reference).await?;
    let required = i64::from(booking.deposit_required_minor.unwrap_or(0));
    let secured = status == Status::AwaitingDeposit
        && matches!(kind, PaymentKind::Deposit | PaymentKind::Balance)
        && paid.bill + i64::from(amount_minor) >= required;
    let mut changes: booking_orders::ActiveModel = Default::default();
    // What is owed back on a place in a class that was called off, this payment or refund included.
    if booking.class_occurrence_id.is_some() && status == Status::Cancelled {
        let fee = booking.cancellation_fee_minor.unwrap_or(0);
        changes.refund_due_minor = Set(refund_due(&**work, &booking, fee).await?);
    }
    let booked = match secured {
        true => {
            let next = status.after(Action::Secure, Needs::default())?;
            writes::enter(work, booking, next, changes, "booking.confirmed").await?
        }
        false => writes::touch(work, booking, changes, "booking.paid").await?,
    };
    Ok((payment, booked))
}

/// The most that can be paid of a kind, in minor units. Once a booking has ended without taking place, only
/// its fee is owed, and money is given back.
fn owed(
    booking: &booking_orders::Model,
    status: Status,
    kind: PaymentKind,
    paid: Paid,
) -> Result<i64> {
    let total = i64::from(booking.total_minor);
    Ok(match kind {
        // Money for a time that may be somebody else's by now is for the payer to have back.
        PaymentKind::Deposit => {
            status.after(Action::Secure, Needs::default())?;
            total - paid.bill
        }
        PaymentKind::Balance => {
            status.after(Action::Settle, Needs::default())?;
            total - paid.bill
        }
        PaymentKind::Fee => i64::from(booking.cancellation_fee_minor.unwrap_or(0)) - paid.fee,
        PaymentKind::Refund => paid.bill + paid.fee - paid.refund,
        PaymentKind::Purchase => {
            let message = "A booking is not bought by `PURCHASE`; name a package by `purchaseId`.";
            return Err(Refusal::invalid("kind", message).into());
        }
    })
}

/// Refuses an amount that is more than can be paid.
///
/// # Errors
/// `INVALID_INPUT` at `amountMinor`.
pub fn at_most(amount_minor: i32, most: i64) -> Result<(), Refusal> {
    match i64::from(amount_minor) <= most {
        true => Ok(()),
        false => {
            let message = format!("At most {most} can be paid.");
            Err(Refusal::invalid("amountMinor", message))
        }
    }
}

/// Takes a reference from an input field.
///
/// # Errors
/// `INVALID_INPUT` at `field` for one that is blank, too long or of several lines.
pub fn reference(field: &str, text: Option<String>) -> Result<Option<String>, Refusal> {
    let bad = |text: &String| {
        text.trim().is_empty()
            || text.chars().count() > MAX_REFERENCE
            || text.chars().any(char::is_control)
    };
    match text.as_ref().is_some_and(bad) {
        false => Ok(text),
        true => {
            let message = format!("1 to {MAX_REFERENCE} characters on one line.");
            Err(Refusal::invalid(field, message))
        }
    }
}

/// What a payment is for.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A booking.
    Booking(&'a booking_orders::Model),
    /// A package that was bought.
    Purchase(&'a customer_purchases::Model),
}

/// Writes a payment.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    work: &Work,
    viewer: &Viewer,
    subject: Subject<'_>,
    kind: PaymentKind,
    amount_minor: i32,
    reference: Option<String>,
) -> Result<payments::Model> {
    let (biz_id, currency, booking, purchase) = match subject {
        Subject::Booking(row) => (&row.biz_id, &row.currency, Some(&row.id), None),
        Subject::Purchase(row) => (&row.biz_id, &row.currency, None, Some(&row.id)),
    };
    let payment = payments::ActiveModel {
        id: Set(Kind::Payment.mint(work.now)),
        biz_id: Set(biz_id.clone()),
        booking_order_id: Set(booking.cloned()),
        customer_purchase_id: Set(purchase.cloned()),
        kind: Set(kind.as_str().to_owned()),
        amount_minor: Set(amount_minor),
        currency: Set(currency.clone()),
        reference: Set(reference),
        recorded_by_user_id: Set(viewer.id().map(str::to_owned)),
        recorded_at: Set(work.now.into()),
        created_at: Set(work.now.into()),
    };
    Ok(payment.insert(&**work).await?)
}
