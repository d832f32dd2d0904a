//! A solo consultant in Berlin: a session of fixed length, and work by the half hour.

use chrono::{TimeDelta, Weekday::*};
use chrono_tz::Europe::Berlin;
use iso_currency::Currency;

use super::diary::{Course, Visit};
use super::world::{World, fixed, week};
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::terms::DurationMode;
use crate::domain::catalog::words::ResourceType::Host;
use crate::domain::error::Result;

/// What it is known by.
pub const SLUG: &str = "vogt-consulting";

/// Makes it.
pub async fn make(world: &World) -> Result<()> {
    let shop = world
        .open("Vogt Consulting", SLUG, Berlin, Currency::EUR)
        .await?;
    let hours = [
        week(&[Mon, Tue, Wed, Thu], "09:00", "12:30")?,
        week(&[Mon, Tue, Wed, Thu], "13:30", "18:00")?,
        week(&[Fri], "09:00", "15:00")?,
    ];
    let holidays = [
        (1, 1, "New Year's Day"),
        (5, 1, "Labour Day"),
        (10, 3, "German Unity Day"),
        (12, 25, "Christmas Day"),
    ];
    let office = shop
        .locate(
            "Office at Oranienburger Straße",
            "mitte",
            (52.5246, 13.3936),
            hours.concat(),
            &holidays,
        )
        .await?;
    let lena = shop.plain(&office, Host, "Lena Vogt", "lena-vogt");
    let lena = shop.add(lena).await?;

    let session = Draft {
        lead_time_min: 120,
        slot_interval_min: 60,
        late_fee_minor: Some(4_500),
        ..fixed(50, 8_500)
    };
    let raised = Draft {
        base_price_minor: 9_500,
        ..session.clone()
    };
    let by_the_half_hour = Draft {
        duration_mode: DurationMode::Flexible,
        min_duration_min: Some(30),
        max_duration_min: Some(180),
        duration_step_min: 30,
        unit_price_minor: Some(5_500),
        unit_min: Some(30),
        lead_time_min: 120,
        late_fee_minor: Some(5_500),
        ..fixed(60, 0)
    };
    let session_text = (
        "Strategy session",
        "strategy-session",
        "50 minutes on one question that you bring along.",
    );
    let session = shop.offer(session_text, session, &[&lena], &[]).await?;
    let flexible_text = (
        "Working session",
        "working-session",
        "From half an hour to three, as long as the work needs; charged by the half hour.",
    );
    let working = shop
        .offer(flexible_text, by_the_half_hour, &[&lena], &[])
        .await?;

    let mira = shop.guest("Mira Albrecht", "mira.albrecht").await?;
    let jonas = shop.guest("Jonas Keller", "jonas.keller").await?;
    // One at the old price, before it was raised.
    shop.book(Visit::new(&session, &mira, -40, "10:00")).await?;
    world.gateway.clock.set(world.now - TimeDelta::days(30));
    shop.publish(&session, raised, &[&lena], &[]).await?;

    let carla = &world.carla;
    let visits = [
        Visit::new(&session, &mira, -2, "09:00")
            .noted("Prefers to be called in the morning. Decides together with her brother."),
        Visit::new(&session, carla, -1, "14:00"),
        Visit::new(&session, carla, -4, "09:00").but(Course::CancelledLate),
        Visit::new(&session, &jonas, -1, "10:00").but(Course::NoShow),
        Visit::new(&working, &jonas, 0, "11:00").lasting(90),
        Visit::new(&session, carla, 1, "09:00")
            .noted("Ask how the talk with the bank went before anything else."),
        Visit::new(&working, &mira, 2, "13:30").lasting(120),
        Visit::new(&session, &world.charlie, 3, "15:00").but(Course::Held),
        Visit::new(&working, carla, 5, "09:00").lasting(180),
        Visit::new(&session, &jonas, 6, "10:00"),
    ];
    for visit in visits {
        shop.book(visit).await?;
    }
    shop.wait_for_next(&session, &mira).await
}
