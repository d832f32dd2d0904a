//! A class with a seat map: on Fridays the studio's hall is laid with mats around the singing bowls, and
//! everybody chooses theirs.

use chrono::{NaiveDate, TimeDelta};
use entity::{class_occurrences, seat_map_seats, seat_maps};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::people::Guest;
use super::shop::Shop;
use super::world::{call, fixed, time};
use crate::domain::catalog::drafts::Draft;
use crate::domain::classes::enrolling::{Enroll, enroll};
use crate::domain::classes::schedules::{self, CreateSchedule};
use crate::domain::classes::words::{GapPolicy, ScheduleStatus};
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::seating::blocks::set_seats_blocked;
use crate::domain::seating::holds::{self, Wanted};
use crate::domain::seating::maps::{CreateSeatMap, create_seat_map};
use crate::domain::seating::rules::SeatDraft;
use crate::domain::seating::words::SeatMapStatus;

/// How many mats lie in each row, from the bowls to the back.
const ROWS: [(&str, i32); 3] = [("A", 6), ("B", 8), ("C", 8)];
/// How wide the hall is, in mats.
const WIDTH: i32 = 8;
/// How many places there are; some mats stay free.
const CAPACITY: i32 = 20;

/// Puts it into the timetable, with somebody on the best mats, somebody who is just choosing, and a mat that is
/// in the wash.
pub async fn make(shop: &Shop<'_>, location: &str, venue: &str, hall: &str) -> Result<()> {
    let world = shop.world;
    world.gateway.clock.set(world.now - TimeDelta::days(2));
    let map = draw(shop, venue).await?;
    let class = schedule(shop, location, hall, &map).await?;
    sit(shop, &class, &world.carla).await?;
    let seats = seat_map_seats::Entity::find()
        .filter(seat_map_seats::Column::SeatMapId.eq(&map.id))
        .filter(seat_map_seats::Column::RowLabel.eq("C"))
        .filter(seat_map_seats::Column::SeatNumber.eq("8"));
    let gateway = &world.gateway;
    if let Some(mat) = seats.one(gateway.db.reader()).await? {
        let call = call("setSeatsBlocked");
        set_seats_blocked(gateway, &shop.desk, &[mat.id], true, call).await?;
    }
    // Charlie has not decided yet.
    gateway.clock.set(world.now - TimeDelta::minutes(1));
    keep(shop, &class, &world.charlie, 1).await?;
    Ok(())
}

/// The mats: six around the bowls, the outer two with room for a wheelchair, and two rows of eight.
async fn draw(shop: &Shop<'_>, venue: &str) -> Result<seat_maps::Model> {
    let mut seats = Vec::new();
    for (y, (row, mats)) in (0..).zip(ROWS) {
        for number in 1..=mats {
            seats.push(SeatDraft {
                row_label: row.to_owned(),
                seat_number: number.to_string(),
                x: (WIDTH - mats) / 2 + number - 1,
                y,
                seat_type: Some("mat".to_owned()),
                is_accessible: row == "A" && (number == 1 || number == mats),
                is_blocked: false,
            });
        }
    }
    let command = CreateSeatMap {
        biz_id: shop.biz.id.clone(),
        venue_id: venue.to_owned(),
        name: "Mats around the bowls".to_owned(),
        slug: "mats".to_owned(),
        status: SeatMapStatus::Active,
        width: WIDTH,
        height: 3,
        seats,
    };
    let gateway = &shop.world.gateway;
    let map = create_seat_map(gateway, &shop.owner, command, call("createSeatMap")).await?;
    Ok(map.value)
}

/// Answers the first class that is still some time ahead.
async fn schedule(
    shop: &Shop<'_>,
    location: &str,
    hall: &str,
    map: &seat_maps::Model,
) -> Result<class_occurrences::Model> {
    let offer = shop
        .offer(
            (
                "Sound bath",
                "sound-bath",
                "An hour on your back among singing bowls. Choose your mat.",
            ),
            Draft {
                cancellation_cutoff_min: 12 * 60,
                ..fixed(60, 3_500)
            },
            &[hall],
            &[],
        )
        .await?;
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or_else(|| Error::fault("no such date"))?;
    let command = CreateSchedule {
        biz_id: shop.biz.id.clone(),
        offer_id: offer.id,
        location_id: Some(location.to_owned()),
        name: "Sound bath".to_owned(),
        slug: "sound-bath".to_owned(),
        status: ScheduleStatus::Active,
        zone: None,
        recurrence_rule: "FREQ=WEEKLY;BYDAY=FR".to_owned(),
        starts_on: shop.today().max(monday),
        start_time: time("19:15")?,
        duration_min: None,
        gap_policy: GapPolicy::Shift,
        exdates: Vec::new(),
        capacity: CAPACITY,
        min_enrollment: 0,
        auto_cancel_if_under: false,
        auto_cancel_lead_min: 120,
        instructor_id: None,
        room_id: Some(hall.to_owned()),
        seat_map_id: Some(map.id.clone()),
    };
    let world = shop.world;
    let call = call("createClassSchedule");
    let made = schedules::create(&world.gateway, &shop.owner, command, call).await?;
    let ahead = world.now + TimeDelta::days(1);
    let mut classes = made.value.made.created.into_iter();
    classes
        .find(|class| class.start_at > ahead)
        .ok_or_else(|| Error::fault("no class is ahead"))
}

/// Enrols somebody with a friend on the best two mats.
async fn sit(shop: &Shop<'_>, class: &class_occurrences::Model, guest: &Guest) -> Result<()> {
    let hold = keep(shop, class, guest, 2).await?;
    let command = Enroll {
        occurrence_id: class.id.clone(),
        places: None,
        seat_hold_id: Some(hold),
        seat_ids: None,
        customer_id: None,
        payment: SessionPayment {
            use_package: false,
            purchase_id: None,
        },
        or_wait: false,
    };
    let gateway = &shop.world.gateway;
    enroll(gateway, guest.viewer()?, command, call("enroll")).await?;
    Ok(())
}

/// Holds the best mats for somebody. Answers the id of the hold.
async fn keep(
    shop: &Shop<'_>,
    class: &class_occurrences::Model,
    guest: &Guest,
    count: i32,
) -> Result<String> {
    let wanted = Wanted::Best {
        count,
        accessible: false,
    };
    let gateway = &shop.world.gateway;
    let call = call("holdSeats");
    let hold = holds::hold(gateway, guest.viewer()?, &class.id, wanted, call).await?;
    Ok(hold.value.id)
}
