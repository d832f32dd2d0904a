//! Finding a waitlist, or opening one: it is there as soon as somebody wants to wait.

use entity::{booking_orders, class_occurrences, class_schedules, offers, queues};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use crate::domain::catalog::repo::insert_with_slug;
use crate::domain::error::{Error, Result};
use crate::domain::ids::Kind;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::rules::promotion::Settings;
use crate::domain::queues::rules::status::{QueueKind, QueueStatus};
use crate::domain::tx::Work;

/// The waitlist of a class, if there is one, with every other writer kept off it. The class is locked.
pub(super) async fn of_class(work: &Work, occurrence_id: &str) -> Result<Option<queues::Model>> {
    Ok(queues::Entity::find()
        .filter(queues::Column::ClassOccurrenceId.eq(occurrence_id))
        .lock_exclusive()
        .one(&**work)
        .await?)
}

/// The waitlist of a class, opened if need be.
pub(super) async fn for_class(
    work: &Work,
    class: &class_occurrences::Model,
) -> Result<queues::Model> {
    if let Some(queue) = of_class(work, &class.id).await? {
        return Ok(queue);
    }
    let schedule = class_schedules::Entity::find_by_id(&class.class_schedule_id)
        .one(&**work)
        .await?
        .ok_or_else(|| Error::fault(format!("{} has no schedule", class.id)))?;
    // As the last one of the same schedule was run, so that staff decide once for all that follow.
    let before = queues::Entity::find()
        .join(
            JoinType::InnerJoin,
            queues::Relation::ClassOccurrences.def(),
        )
        .filter(class_occurrences::Column::ClassScheduleId.eq(&class.class_schedule_id))
        .order_by_desc(queues::Column::UpdatedAt)
        .order_by_desc(queues::Column::Id)
        .one(&**work)
        .await?;
    let settings = before.as_ref().map_or(Settings::OF_A_CLASS, Settings::of);
    let queue = queues::Model {
        location_id: schedule.location_id,
        name: schedule.name,
        class_occurrence_id: Some(class.id.clone()),
        ..blank(work, &class.biz_id, &class.id, settings)
    };
    insert_with_slug(work, &queue).await?;
    log::write(work, &queue, Happening::Created, Note::default()).await?;
    Ok(queue)
}

/// The waitlist of an offer, opened if need be. Whoever opens it at the same time is waited for.
pub(super) async fn for_offer(work: &Work, offer: &offers::Model) -> Result<queues::Model> {
    let of_offer = || {
        queues::Entity::find()
            .filter(queues::Column::OfferId.eq(&offer.id))
            .lock_exclusive()
    };
    if let Some(queue) = of_offer().one(&**work).await? {
        return Ok(queue);
    }
    let queue = queues::Model {
        name: offer.name.clone(),
        offer_id: Some(offer.id.clone()),
        ..blank(work, &offer.biz_id, &offer.id, Settings::OF_AN_OFFER)
    };
    match insert_with_slug(work, &queue).await {
        Ok(()) => {}
        Err(Error::Refused(_)) => {
            let other = of_offer().one(&**work).await?;
            return other.ok_or_else(|| Error::fault(format!("{} has no waitlist", offer.id)));
        }
        Err(error) => return Err(error),
    }
    log::write(work, &queue, Happening::Created, Note::default()).await?;
    Ok(queue)
}

fn blank(work: &Work, biz_id: &str, of: &str, settings: Settings) -> queues::Model {
    queues::Model {
        id: Kind::Queue.mint(work.now),
        biz_id: biz_id.to_owned(),
        location_id: None,
        name: String::new(),
        slug: format!("waitlist-{}", of.replace('_', "-")),
        status: QueueStatus::Active.as_str().to_owned(),
        max_capacity: None,
        estimated_service_time_min: 15,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        kind: QueueKind::Waitlist.as_str().to_owned(),
        waiting_count: 0,
        called_count: 0,
        people_count: 0,
        event_count: 0,
        promotion: Some(settings.promotion.as_str().to_owned()),
        offer_window_min: Some(settings.offer_window_min),
        cutoff_min: Some(settings.cutoff_min),
        class_occurrence_id: None,
        offer_id: None,
    }
}

/// Keeps every other writer off the waitlists that the end of a booking may have to do with: see
/// [`lock_for_offers`].
///
/// # Errors
/// When the database fails.
pub async fn lock_around(work: &Work, booking_id: &str) -> Result<()> {
    let business = Query::select()
        .column(booking_orders::Column::BizId)
        .from(booking_orders::Entity)
        .and_where(booking_orders::Column::Id.eq(booking_id))
        .take();
    queues::Entity::find()
        .filter(queues::Column::BizId.in_subquery(business))
        .filter(queues::Column::OfferId.is_not_null())
        .filter(Expr::cust("waiting_count + called_count > 0"))
        .order_by_asc(queues::Column::Id)
        .lock_exclusive()
        .all(&**work)
        .await?;
    Ok(())
}

/// Keeps every other writer off the waitlists of a business's offers that somebody waits in. Whoever may free
/// time calls it before it locks a booking, so that two writers cannot wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn lock_for_offers(work: &Work, biz_id: &str) -> Result<Vec<queues::Model>> {
    Ok(queues::Entity::find()
        .filter(queues::Column::BizId.eq(biz_id))
        .filter(queues::Column::OfferId.is_not_null())
        .filter(Expr::cust("waiting_count + called_count > 0"))
        .order_by_asc(queues::Column::Id)
        .lock_exclusive()
        .all(&**work)
        .await?)
}
