//! The studio's week of classes: one with places left, one that is full with people waiting, and one to which
//! too few have come so far.

use chrono::TimeDelta;
use entity::{class_occurrences, class_schedules, offers};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::people::Guest;
use super::shop::Shop;
use super::world::{call, fixed, time};
use crate::domain::catalog::drafts::Draft;
use crate::domain::classes::enrolling::{Enroll, Enrolment, enroll};
use crate::domain::classes::schedules::{CreateSchedule, create};
use crate::domain::classes::words::{GapPolicy, ScheduleStatus};
use crate::domain::classes::{attendance, sweep};
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;

/// How long ago the classes were put into the timetable.
const AGE: TimeDelta = TimeDelta::days(14);
/// How many classes are settled at a time.
const MANY: u64 = 1_000;

/// A class of the demo.
#[derive(Clone, Copy, Debug)]
struct Class<'a> {
    /// What it is called, and its name in addresses.
    name: (&'a str, &'a str),
    /// On which days, counted from one that is so many days from today.
    days: (&'a str, i64),
    /// When, and for how many minutes.
    at: (&'a str, i32),
    /// How many places it has, and how many must be taken half a day before.
    places: (i32, i32),
    /// Who holds it.
    instructor: &'a str,
}

/// Those who come to the classes.
#[derive(Clone, Copy, Debug)]
pub struct Crowd<'a> {
    /// A customer who can sign in.
    pub carla: &'a Guest,
    /// Another one.
    pub charlie: &'a Guest,
    /// The instructor, who takes classes, too.
    pub ines: &'a Guest,
    /// Customers whom the desk enters: two who come, and one who waits.
    pub others: [&'a Guest; 3],
}

/// Puts the classes into the timetable, and lets people come.
///
/// In the one that is full, whoever can sign in has a place, or waits for one: so the hand-over can be tried out.
pub async fn make(
    shop: &Shop<'_>,
    location: &str,
    (studio, maya, ines): (&str, &str, &str),
    crowd: Crowd<'_>,
) -> Result<()> {
    let week = Week {
        shop,
        location,
        room: studio,
        offer: &offer(shop, studio).await?,
    };
    let sunrise = Class {
        name: ("Sunrise flow", "sunrise-flow"),
        days: ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", -AGE.num_days()),
        at: ("07:15", 60),
        places: (12, 0),
        instructor: maya,
    };
    // On days on which nobody of the demo is elsewhere.
    let quiet = Class {
        name: ("Candlelight yin", "candlelight-yin"),
        days: ("FREQ=WEEKLY", 2),
        at: ("19:30", 90),
        places: (16, 4),
        instructor: ines,
    };
    let small = Class {
        name: ("Aerial yoga", "aerial-yoga"),
        days: ("FREQ=WEEKLY", 3),
        at: ("19:30", 75),
        places: (3, 0),
        instructor: maya,
    };
    let [dana, marcus, priya] = crowd.others;
    let sunrise = week.hold(sunrise).await?;
    let past = week.first_after(&sunrise, TimeDelta::days(-8)).await?;
    for guest in [crowd.carla, dana] {
        week.attended(&past, guest).await?;
    }
    let next = week.first_after(&sunrise, TimeDelta::days(1)).await?;
    for guest in [dana, marcus] {
        week.enroll(&next, guest, false).await?;
    }
    let quiet = week.hold(quiet).await?;
    let quiet = week.first_after(&quiet, TimeDelta::zero()).await?;
    week.enroll(&quiet, crowd.carla, false).await?;
    let full = week.hold(small).await?;
    let full = week.first_after(&full, TimeDelta::zero()).await?;
    for guest in [crowd.charlie, dana, marcus] {
        week.enroll(&full, guest, false).await?;
    }
    for guest in [crowd.carla, crowd.ines, priya] {
        week.enroll(&full, guest, true).await?;
    }
    week.settle().await
}

/// What the classes are sold as.
async fn offer(shop: &Shop<'_>, studio: &str) -> Result<offers::Model> {
    let terms = Draft {
        cancellation_cutoff_min: 12 * 60,
        late_fee_minor: Some(1_000),
        forfeits_session: true,
        ..fixed(60, 2_400)
    };
    let about = "A place in a class: mats, blocks and blankets are there.";
    let name = ("Yoga class", "yoga-class", about);
    shop.offer(name, terms, &[studio], &[]).await
}

/// A studio that holds classes.
struct Week<'a> {
    shop: &'a Shop<'a>,
    location: &'a str,
    room: &'a str,
    offer: &'a offers::Model,
}

impl Week<'_> {
    /// Puts a class into the timetable.
    async fn hold(&self, class: Class<'_>) -> Result<class_schedules::Model> {
        let gateway = &self.shop.world.gateway;
        gateway.clock.set(self.shop.world.now - AGE);
        let (recurrence_rule, from) = class.days;
        let (at, minutes) = class.at;
        let (capacity, min_enrollment) = class.places;
        let command = CreateSchedule {
            biz_id: self.shop.biz.id.clone(),
            offer_id: self.offer.id.clone(),
            location_id: Some(self.location.to_owned()),
            name: class.name.0.to_owned(),
            slug: class.name.1.to_owned(),
            status: ScheduleStatus::Active,
            zone: None,
            recurrence_rule: recurrence_rule.to_owned(),
            starts_on: self.shop.today() + TimeDelta::days(from),
            start_time: time(at)?,
            duration_min: Some(minutes),
            gap_policy: GapPolicy::Shift,
            exdates: Vec::new(),
            capacity,
            min_enrollment,
            auto_cancel_if_under: min_enrollment > 0,
            auto_cancel_lead_min: 12 * 60,
            instructor_id: Some(class.instructor.to_owned()),
            room_id: Some(self.room.to_owned()),
            seat_map_id: None,
        };
        let call = call("createClassSchedule");
        let made = create(gateway, &self.shop.owner, command, call).await?;
        Ok(made.value.schedule)
    }

    /// The first class of a schedule that begins more than so long from now.
    async fn first_after(
        &self,
        schedule: &class_schedules::Model,
        after: TimeDelta,
    ) -> Result<class_occurrences::Model> {
        use class_occurrences::Column;
        let world = self.shop.world;
        let class = class_occurrences::Entity::find()
            .filter(Column::ClassScheduleId.eq(&schedule.id))
            .filter(Column::StartAt.gt(world.now + after))
            .order_by_asc(Column::StartAt)
            .one(world.gateway.db.reader())
            .await?;
        class.ok_or_else(|| Error::fault(format!("no class of {}", schedule.name)))
    }

    /// Enrols somebody two days before the class or, when that is still to come, some minutes ago. Answers the id
    /// of their enrolment; those who are to wait have none.
    async fn enroll(
        &self,
        class: &class_occurrences::Model,
        guest: &Guest,
        waits: bool,
    ) -> Result<Option<String>> {
        let world = self.shop.world;
        let lately = world.now - TimeDelta::minutes(if waits { 10 } else { 30 });
        let early = class.start_at.to_utc() - TimeDelta::days(2);
        world.gateway.clock.set(early.min(lately));
        let command = Enroll {
            occurrence_id: class.id.clone(),
            places: None,
            seat_hold_id: None,
            seat_ids: None,
            customer_id: Some(guest.id.clone()),
            payment: SessionPayment::default(),
            or_wait: waits,
        };
        let viewer = guest.viewer.as_ref().unwrap_or(&self.shop.desk);
        let made = enroll(&world.gateway, viewer, command, call("enroll")).await?;
        match made.value {
            Enrolment::Made(enrolled) if !waits => Ok(Some(enrolled.enrollment.id)),
            Enrolment::Waits(_) if waits => Ok(None),
            _ => Err(Error::fault(format!(
                "{} is not as full as meant",
                class.id
            ))),
        }
    }

    /// Lets somebody have been at a class.
    async fn attended(&self, class: &class_occurrences::Model, guest: &Guest) -> Result<()> {
        let Some(enrollment) = self.enroll(class, guest, false).await? else {
            return Ok(());
        };
        let gateway = &self.shop.world.gateway;
        let door = class.start_at.to_utc() - TimeDelta::minutes(5);
        gateway.clock.set(door);
        let call = call("checkInEnrollment");
        attendance::check_in(gateway, &self.shop.desk, &enrollment, call).await?;
        Ok(())
    }

    /// Lets the classes of the past be over.
    async fn settle(&self) -> Result<()> {
        let world = self.shop.world;
        world.gateway.clock.set(world.now);
        for class in sweep::due(&world.gateway.db, world.now, MANY).await? {
            sweep::settle(&world.gateway, &class).await?;
        }
        Ok(())
    }
}
