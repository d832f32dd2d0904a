//! Joining a queue.

use entity::{queue_entries, queues};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, TryInsertResult};
use serde_json::json;

use super::log::{self, Happening, Note};
use super::rules::estimate;
use super::rules::limits;
use super::rules::status::{EntryStatus, QueueKind, QueueStatus};
use super::{line, repo, standing};
use crate::domain::bookings::{repo as bookings, writes};
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::people::blocking;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Who joins which queue.
#[derive(Clone, Debug)]
pub struct JoinQueue {
    /// The queue.
    pub queue_id: String,
    /// How many people they are; one when `None`.
    pub party_size: Option<i32>,
    /// For whom; only staff join for somebody else. Staff who name nobody enter a party without an account.
    pub customer_id: Option<String>,
    /// What the staff should know; only staff write it.
    pub notes: Option<String>,
}

/// Joins a walk-in queue, behind everybody.
///
/// # Errors
/// `NOT_FOUND` at `queueId` or `customerId`; `INVALID_INPUT`; `QUEUE_CLOSED`, `QUEUE_FULL`,
/// `ALREADY_QUEUED`; `INVALID_STATE` for a customer who is blocked; `Forbidden`.
pub async fn join(
    gateway: &Gateway,
    viewer: &Viewer,
    command: JoinQueue,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let party_size = limits::party(command.party_size)?;
    let notes = limits::notes(command.notes.as_deref())?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let queue = repo::lock(&work, &command.queue_id).await?;
    if QueueKind::parse(&queue.kind) == QueueKind::Waitlist {
        let message = "This is a waitlist; it is joined with `joinWaitlist`.";
        return Err(Refusal::invalid("queueId", message).into());
    }
    let staff = viewer.is_staff_of(&queue.biz_id);
    if notes.is_some() && !staff {
        return Err(Error::Forbidden("Only staff write notes."));
    }
    let customer_id = customer(&work, viewer, &queue, command.customer_id).await?;
    if let Some(customer) = &customer_id {
        blocking::check(&*work, &queue.biz_id, customer).await?;
    }
    let entry = Newcomer {
        customer_id,
        party_size,
        notes,
    };
    let entry = enter(&work, viewer, &queue, entry).await?;
    work.finish(entry).await
}

/// For whom: the viewer, the customer whom staff name, or somebody without an account.
async fn customer(
    work: &Work,
    viewer: &Viewer,
    queue: &queues::Model,
    named: Option<String>,
) -> Result<Option<String>> {
    let me = viewer.user_id()?;
    match named {
        Some(id) if id == me => Ok(Some(id)),
        None if viewer.is_staff_of(&queue.biz_id) => Ok(None),
        None => Ok(Some(me.to_owned())),
        Some(_) if !viewer.is_staff_of(&queue.biz_id) => {
            Err(Error::Forbidden("Only staff may join for somebody else."))
        }
        Some(id) if bookings::is_known(&**work, &queue.biz_id, &id).await? => Ok(Some(id)),
        Some(_) => Err(Refusal::not_found("customerId", "customer").into()),
    }
}

struct Newcomer {
    customer_id: Option<String>,
    party_size: i32,
    notes: Option<String>,
}

async fn enter(
    work: &Work,
    viewer: &Viewer,
    queue: &queues::Model,
    newcomer: Newcomer,
) -> Result<queue_entries::Model> {
    if QueueStatus::parse(&queue.status) != QueueStatus::Active {
        let message = "Nobody can join this queue now.";
        return Err(Refusal::new(RefusalCode::QueueClosed, message)
            .at("queueId")
            .into());
    }
    let room = queue.max_capacity.unwrap_or(i32::MAX);
    if queue.people_count.saturating_add(newcomer.party_size) > room {
        let message = "This queue has no room for so many people.";
        return Err(Refusal::new(RefusalCode::QueueFull, message)
            .at("partySize")
            .into());
    }
    let observed = standing::observed(&**work, vec![queue.id.clone()], work.now).await?;
    let wait = estimate::wait(
        &observed.get(&queue.id).cloned().unwrap_or_default(),
        queue.estimated_service_time_min,
        queue.waiting_count,
    );
    let entry = queue_entries::Model {
        id: Kind::QueueEntry.mint(work.now),
        biz_id: queue.biz_id.clone(),
        queue_id: queue.id.clone(),
        customer_user_id: newcomer.customer_id,
        party_size: newcomer.party_size,
        status: EntryStatus::Waiting.as_str().to_owned(),
        position: line::key_at_the_end(work, &queue.id).await?,
        // What they were told when they joined.
        estimated_wait_min: Some(wait.likely),
        notified_at: None,
        served_at: None,
        notes: newcomer.notes,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        service_started_at: None,
        added_by_user_id: viewer.id().map(str::to_owned),
        window_from: None,
        window_to: None,
        use_package: false,
        customer_purchase_id: None,
        booking_order_id: None,
        enrollment_id: None,
    };
    insert(work, &entry).await?;
    if let Some(customer) = &entry.customer_user_id {
        writes::make_customer(work, &queue.biz_id, customer).await?;
    }
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: viewer.id(),
        detail: Some(json!({
            "position": queue.waiting_count.saturating_add(1),
            "partySize": entry.party_size,
        })),
    };
    log::write(work, queue, Happening::Joined, note).await?;
    Ok(entry)
}

/// Writes a new entry.
///
/// # Errors
/// `ALREADY_QUEUED` when they are in the queue.
pub(super) async fn insert(work: &Work, entry: &queue_entries::Model) -> Result<()> {
    let inserted = queue_entries::Entity::insert(entry.clone().into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**work)
        .await?;
    match inserted {
        TryInsertResult::Inserted(1..) => Ok(()),
        _ => Err(Refusal::new(
            RefusalCode::AlreadyQueued,
            "They are in this queue already.",
        )
        .at("customerId")
        .into()),
    }
}
