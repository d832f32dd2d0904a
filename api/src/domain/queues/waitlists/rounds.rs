//! Rounds: what is being given out, to whom it is offered, and how that ends.

use entity::{
    place_reservations, queue_entries, queues, resource_claims, waitlist_offers, waitlist_rounds,
};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder,
};
use serde_json::json;

use crate::domain::bookings::claims;
use crate::domain::civil::Span;
use crate::domain::classes::places;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::ids::Kind;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::repo;
use crate::domain::queues::rules::promotion::{OfferStatus, Promotion};
use crate::domain::queues::rules::status::EntryStatus;
use crate::domain::tx::Work;

/// What is given out.
pub(super) struct Given<'a> {
    /// The rounds before it for the same place; none when it has just come free.
    pub chain: Option<&'a str>,
    /// How.
    pub promotion: Promotion,
    /// To how many people.
    pub places: i32,
    /// The promise that blocks the places of a class.
    pub reservation_id: Option<String>,
    /// The time that is offered, and by whom it is served.
    pub time: Option<Time>,
    /// Until when.
    pub until: Moment,
}

/// A time that is offered.
#[derive(Clone, Debug)]
pub(super) struct Time {
    /// The time of the service.
    pub service: Span,
    /// Who serves.
    pub resource_id: String,
    /// Who or what besides.
    pub secondary_resource_id: Option<String>,
}

/// Opens a round.
pub(super) async fn open(
    work: &Work,
    queue: &queues::Model,
    given: Given<'_>,
) -> Result<waitlist_rounds::Model> {
    let id = Kind::WaitlistRound.mint(work.now);
    let time = given.time;
    let round = waitlist_rounds::ActiveModel {
        chain_id: Set(given.chain.unwrap_or(&id).to_owned()),
        id: Set(id),
        biz_id: Set(queue.biz_id.clone()),
        queue_id: Set(queue.id.clone()),
        promotion: Set(given.promotion.as_str().to_owned()),
        status: Set("open".to_owned()),
        places: Set(given.places),
        taken: Set(0),
        place_reservation_id: Set(given.reservation_id),
        starts_at: Set(time.as_ref().map(|time| time.service.from.into())),
        ends_at: Set(time.as_ref().map(|time| time.service.to.into())),
        resource_id: Set(time.as_ref().map(|time| time.resource_id.clone())),
        secondary_resource_id: Set(time.and_then(|time| time.secondary_resource_id)),
        expires_at: Set(given.until.into()),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
    };
    Ok(round.insert(&**work).await?)
}

/// Tells somebody of a place.
pub(super) async fn offer(
    work: &Work,
    queue: &queues::Model,
    round: &waitlist_rounds::Model,
    entry: &queue_entries::Model,
) -> Result<()> {
    let offer = waitlist_offers::ActiveModel {
        id: Set(Kind::WaitlistOffer.mint(work.now)),
        biz_id: Set(queue.biz_id.clone()),
        queue_id: Set(queue.id.clone()),
        queue_entry_id: Set(entry.id.clone()),
        waitlist_round_id: Set(round.id.clone()),
        status: Set(OfferStatus::Open.as_str().to_owned()),
        offered_at: Set(work.now.into()),
        expires_at: Set(round.expires_at),
        answered_at: Set(None),
        first_place: Set(None),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
    };
    let offer = offer.insert(&**work).await?;
    let told = queue_entries::ActiveModel {
        notified_at: Set(Some(work.now.into())),
        ..repo::state(EntryStatus::Notified)
    };
    let entry = repo::save(work, entry, told).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        detail: Some(json!({ "offerId": offer.id, "promotion": round.promotion })),
        ..Note::default()
    };
    log::write(work, queue, Happening::Offered, note).await
}

/// The rounds of a waitlist whose time is over, though nobody has written so yet.
pub(super) async fn lapsed(
    work: &Work,
    queue: &queues::Model,
) -> Result<Vec<waitlist_rounds::Model>> {
    use waitlist_rounds::Column;
    Ok(waitlist_rounds::Entity::find()
        .filter(Column::QueueId.eq(&queue.id))
        .filter(Column::Status.eq("open"))
        .filter(Column::ExpiresAt.lte(work.now))
        .order_by_asc(Column::Id)
        .all(&**work)
        .await?)
}

/// The offers of a round that nobody has answered.
pub(super) async fn unanswered(
    work: &Work,
    round: &waitlist_rounds::Model,
) -> Result<Vec<waitlist_offers::Model>> {
    use waitlist_offers::Column;
    Ok(waitlist_offers::Entity::find()
        .filter(Column::WaitlistRoundId.eq(&round.id))
        .filter(Column::Status.eq("open"))
        .order_by_asc(Column::Id)
        .all(&**work)
        .await?)
}

/// Ends a round: what it blocked is free again, and those who have not answered wait again, at the place that they
/// had. `ending` says what became of their offers.
pub(super) async fn close(
    work: &Work,
    queue: &queues::Model,
    round: &waitlist_rounds::Model,
    ending: OfferStatus,
) -> Result<()> {
    let open = unanswered(work, round).await?;
    waitlist_rounds::Entity::update_many()
        .col_expr(waitlist_rounds::Column::Status, Expr::val("closed"))
        .col_expr(waitlist_rounds::Column::UpdatedAt, Expr::val(work.now))
        .filter(waitlist_rounds::Column::Id.eq(&round.id))
        .exec(&**work)
        .await?;
    if let Some(reservation) = &round.place_reservation_id {
        places::release(work, reservation).await?;
    }
    claims::release_round(work, &round.id).await?;
    let told = Query::select()
        .column(waitlist_offers::Column::QueueEntryId)
        .from(waitlist_offers::Entity)
        .and_where(waitlist_offers::Column::WaitlistRoundId.eq(&round.id))
        .and_where(waitlist_offers::Column::Status.ne("accepted"))
        .take();
    queue_entries::Entity::update_many()
        .col_expr(
            queue_entries::Column::Status,
            Expr::val(EntryStatus::Waiting.as_str()),
        )
        .col_expr(queue_entries::Column::UpdatedAt, Expr::val(work.now))
        .filter(queue_entries::Column::QueueId.eq(&queue.id))
        .filter(queue_entries::Column::Status.eq(EntryStatus::Notified.as_str()))
        .filter(queue_entries::Column::Id.in_subquery(told))
        .exec(&**work)
        .await?;
    end_offers(
        work,
        waitlist_offers::Column::WaitlistRoundId.eq(&round.id),
        ending,
    )
    .await?;
    let happening = match ending {
        OfferStatus::Taken => Happening::Taken,
        OfferStatus::Declined => Happening::Declined,
        _ => Happening::Lapsed,
    };
    for offer in open {
        let note = Note {
            entry_id: Some(&offer.queue_entry_id),
            detail: Some(json!({ "offerId": offer.id })),
            ..Note::default()
        };
        log::write(work, queue, happening, note).await?;
    }
    Ok(())
}

/// Writes what became of the open offers of that condition.
async fn end_offers(
    work: &Work,
    which: sea_orm::sea_query::Expr,
    ending: OfferStatus,
) -> Result<()> {
    use waitlist_offers::Column;
    waitlist_offers::Entity::update_many()
        .col_expr(Column::Status, Expr::val(ending.as_str()))
        .col_expr(Column::AnsweredAt, Expr::val(work.now))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(which)
        .filter(Column::Status.eq("open"))
        .exec(&**work)
        .await?;
    Ok(())
}

/// Answers the open offer of an entry for it, and nothing else: the round goes on.
pub(super) async fn answer(
    work: &Work,
    entry: &queue_entries::Model,
    ending: OfferStatus,
) -> Result<Option<waitlist_rounds::Model>> {
    use waitlist_offers::Column;
    let open = waitlist_offers::Entity::find()
        .filter(Column::QueueEntryId.eq(&entry.id))
        .filter(Column::Status.eq("open"))
        .find_also_related(waitlist_rounds::Entity)
        .one(&**work)
        .await?;
    end_offers(work, Column::QueueEntryId.eq(&entry.id), ending).await?;
    Ok(open.and_then(|(_, round)| round))
}

/// Lets an offer run out at this moment. What it blocked stays so until somebody looks at the clock, who then
/// moves on to the next.
pub(super) async fn let_run_out(work: &Work, entry: &queue_entries::Model) -> Result<()> {
    let Some(round) = answer(work, entry, OfferStatus::Expired).await? else {
        return Ok(());
    };
    if Promotion::parse(&round.promotion) == Promotion::Race {
        return Ok(());
    }
    waitlist_rounds::Entity::update_many()
        .col_expr(waitlist_rounds::Column::ExpiresAt, Expr::val(work.now))
        .filter(waitlist_rounds::Column::Id.eq(&round.id))
        .exec(&**work)
        .await?;
    if let Some(reservation) = &round.place_reservation_id {
        place_reservations::Entity::update_many()
            .col_expr(place_reservations::Column::ExpiresAt, Expr::val(work.now))
            .filter(place_reservations::Column::Id.eq(reservation))
            .exec(&**work)
            .await?;
    }
    resource_claims::Entity::update_many()
        .col_expr(resource_claims::Column::ExpiresAt, Expr::val(work.now))
        .filter(resource_claims::Column::WaitlistRoundId.eq(&round.id))
        .exec(&**work)
        .await?;
    Ok(())
}

/// Takes places of a round, if it has as many left: of those who try at once, one gets them. Answers the first.
pub(super) async fn take(
    work: &Work,
    round: &waitlist_rounds::Model,
    people: i32,
) -> Result<Option<waitlist_rounds::Model>> {
    use waitlist_rounds::Column;
    let taken = waitlist_rounds::Entity::update_many()
        .col_expr(Column::Taken, Expr::col(Column::Taken).add(people))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(Column::Id.eq(&round.id))
        .filter(Column::Status.eq("open"))
        .filter(
            Expr::col(Column::Taken)
                .add(people)
                .lte(Expr::col(Column::Places)),
        )
        .exec_with_returning(&**work)
        .await?;
    Ok(taken.into_iter().next())
}
