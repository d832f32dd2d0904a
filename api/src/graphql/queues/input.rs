//! What the mutations of queues take.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::words::{QueueStatus, WaitlistPromotion};
use crate::domain::error::Refusal;
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::queues::join::JoinQueue;
use crate::domain::queues::manage::{CreateQueue, UpdateQueue};
use crate::domain::queues::waitlists::join::{JoinWaitlist, WaitFor};
use crate::graphql::availability::TimeRange;
use crate::graphql::payload::{Read, optional_id};

/// A walk-in queue to be set up.
#[derive(Clone, Debug, InputObject)]
pub struct CreateQueueInput {
    /// The business.
    pub business_id: ID,
    /// Where it is; all of the business when left out.
    pub location_id: Option<ID>,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new among the queues of the business.
    pub slug: String,
    /// How many people may wait in it; any number when left out.
    pub max_capacity: Option<i32>,
    /// How long a service takes, in minutes; 15 when left out.
    pub estimated_service_time_min: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateQueueInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateQueue> {
        Ok(CreateQueue {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            location_id: optional_id(Kind::Location, self.location_id, "locationId")?,
            name: self.name,
            slug: self.slug,
            max_capacity: self.max_capacity,
            estimated_service_time_min: self.estimated_service_time_min,
        })
    }
}

/// What is to change of a queue; what is left out stays.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateQueueInput {
    /// The queue.
    pub queue_id: ID,
    /// Whether it takes people in, and serves them.
    pub status: Option<QueueStatus>,
    /// How many people may wait in it; any number when null. Nobody is sent away by a lower one.
    pub max_capacity: MaybeUndefined<i32>,
    /// How long a service takes, in minutes.
    pub estimated_service_time_min: Option<i32>,
    /// How a waitlist gives out places. Later waitlists of the same class schedule begin with it.
    pub promotion: Option<WaitlistPromotion>,
    /// How long an offer of a place stands, in minutes; waitlists only.
    pub offer_window_min: Option<i32>,
    /// How long before the start no place is given out any more, in minutes; waitlists only.
    pub cutoff_min: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl UpdateQueueInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<UpdateQueue> {
        Ok(UpdateQueue {
            queue_id: Kind::Queue.accept(&self.queue_id, "queueId")?,
            status: self.status.map(Into::into),
            max_capacity: match self.max_capacity {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(people) => Some(Some(people)),
            },
            estimated_service_time_min: self.estimated_service_time_min,
            promotion: self.promotion.map(Into::into),
            offer_window_min: self.offer_window_min,
            cutoff_min: self.cutoff_min,
        })
    }
}

/// Who joins which queue.
#[derive(Clone, Debug, InputObject)]
pub struct JoinQueueInput {
    /// The queue.
    pub queue_id: ID,
    /// How many people they are; one when left out.
    pub party_size: Option<i32>,
    /// For whom. Staff only; a customer joins for themself. Staff who name nobody enter a party without an
    /// account.
    pub customer_id: Option<ID>,
    /// What the staff should know, at most 2,000 characters. Staff only.
    pub notes: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl JoinQueueInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<JoinQueue> {
        Ok(JoinQueue {
            queue_id: Kind::Queue.accept(&self.queue_id, "queueId")?,
            party_size: self.party_size,
            customer_id: optional_id(Kind::User, self.customer_id, "customerId")?,
            notes: self.notes,
        })
    }
}

/// Which queue is left.
#[derive(Clone, Debug, InputObject)]
pub struct LeaveQueueInput {
    /// The entry.
    pub entry_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// From which queue somebody is called.
#[derive(Clone, Debug, InputObject)]
pub struct CallNextInput {
    /// The queue.
    pub queue_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Whose service begins.
#[derive(Clone, Debug, InputObject)]
pub struct StartServiceInput {
    /// The entry.
    pub entry_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Whose service is over.
#[derive(Clone, Debug, InputObject)]
pub struct FinishServiceInput {
    /// The entry.
    pub entry_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Who is taken out of a queue.
#[derive(Clone, Debug, InputObject)]
pub struct RemoveQueueEntryInput {
    /// The entry.
    pub entry_id: ID,
    /// Whether they did not come when called.
    pub no_show: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Who is moved where.
#[derive(Clone, Debug, InputObject)]
pub struct MoveQueueEntryInput {
    /// The entry.
    pub entry_id: ID,
    /// The place it is to have, from 1; the last when fewer wait.
    pub to_position: i32,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Who waits for what: for a place in a class, or for a time of an offer within a window.
#[derive(Clone, Debug, InputObject)]
pub struct JoinWaitlistInput {
    /// The class.
    pub occurrence_id: Option<ID>,
    /// The offer; together with `window`.
    pub offer_id: Option<ID>,
    /// Between when the appointment is to begin and end.
    pub window: Option<TimeRange>,
    /// How many people they are; one when left out. An appointment is for one.
    pub party_size: Option<i32>,
    /// Pay with sessions of whichever package will do then.
    pub use_package: Option<bool>,
    /// Pay with sessions of this package.
    pub package_purchase_id: Option<ID>,
    /// For whom. Staff only; a customer joins for themself.
    pub customer_id: Option<ID>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl JoinWaitlistInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind, or unless it is either a class or an offer with a window.
    pub fn command(self) -> Read<JoinWaitlist> {
        let class = optional_id(Kind::ClassOccurrence, self.occurrence_id, "occurrenceId")?;
        let offer = optional_id(Kind::Offer, self.offer_id, "offerId")?;
        let wait_for = match (class, offer, self.window) {
            (Some(class), None, None) => WaitFor::Class(class),
            (None, Some(offer), Some(window)) => WaitFor::Offer(offer, window.into()),
            (None, Some(_), None) => {
                return Err(Refusal::invalid("window", "Say between when and when."));
            }
            _ => {
                let message = "Give either `occurrenceId`, or `offerId` and `window`.";
                return Err(Refusal::invalid("occurrenceId", message));
            }
        };
        Ok(JoinWaitlist {
            wait_for,
            party_size: self.party_size,
            payment: SessionPayment {
                use_package: self.use_package.unwrap_or(false),
                purchase_id: optional_id(
                    Kind::PackagePurchase,
                    self.package_purchase_id,
                    "packagePurchaseId",
                )?,
            },
            customer_id: optional_id(Kind::User, self.customer_id, "customerId")?,
        })
    }
}

/// Which offer of a place is claimed.
#[derive(Clone, Debug, InputObject)]
pub struct ClaimWaitlistOfferInput {
    /// The offer of a place.
    pub offer_id: ID,
    /// Whether to pay with sessions of whichever package will do; as they said when they joined, when left out.
    pub use_package: Option<bool>,
    /// Pay with sessions of this package; as they said when they joined, when left out.
    pub package_purchase_id: Option<ID>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl ClaimWaitlistOfferInput {
    /// The offer, and how they pay if other than they said.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<(String, Option<SessionPayment>)> {
        let offer = Kind::WaitlistOffer.accept(&self.offer_id, "offerId")?;
        let purchase_id = optional_id(
            Kind::PackagePurchase,
            self.package_purchase_id,
            "packagePurchaseId",
        )?;
        let payment = match (self.use_package, &purchase_id) {
            (None, None) => None,
            (use_package, _) => Some(SessionPayment {
                use_package: use_package.unwrap_or(false),
                purchase_id,
            }),
        };
        Ok((offer, payment))
    }
}

/// Which offer of a place is declined.
#[derive(Clone, Debug, InputObject)]
pub struct DeclineWaitlistOfferInput {
    /// The offer of a place.
    pub offer_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}
