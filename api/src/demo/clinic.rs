//! A clinic in London: every treatment takes a practitioner and a room.

use chrono::Weekday::*;
use chrono_tz::Europe::London;
use iso_currency::Currency;

use super::diary::{Course, Visit};
use super::world::{World, fixed, week};
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::resources::CreateResource;
use crate::domain::catalog::words::ResourceType::{CompanyHost, Venue};
use crate::domain::error::Result;

/// What it is known by.
pub const SLUG: &str = "harbour-street-clinic";

/// Makes it.
pub async fn make(world: &World) -> Result<()> {
    let shop = world
        .open("Harbour Street Clinic", SLUG, London, Currency::GBP)
        .await?;
    let hours = [
        week(&[Mon, Tue, Wed, Thu, Fri], "08:00", "18:00")?,
        week(&[Sat], "09:00", "13:00")?,
    ];
    let holidays = [
        (1, 1, "New Year's Day"),
        (12, 25, "Christmas Day"),
        (12, 26, "Boxing Day"),
    ];
    let place = shop
        .locate(
            "Harbour Street",
            "harbour-street",
            (51.5033, -0.0754),
            hours.concat(),
            &holidays,
        )
        .await?;
    let practitioner = |name, slug| CreateResource {
        buffer_after_min: 5,
        ..shop.plain(&place, CompanyHost, name, slug)
    };
    // To be cleaned and aired.
    let room = |name, slug| CreateResource {
        buffer_before_min: 5,
        buffer_after_min: 10,
        ..shop.plain(&place, Venue, name, slug)
    };
    let shah = shop
        .add(practitioner("Dr Priya Shah", "priya-shah"))
        .await?;
    let reid = shop.add(practitioner("Tom Reid", "tom-reid")).await?;
    let treatment = shop.add(room("Treatment room", "treatment-room")).await?;
    let theatre = shop.add(room("Procedure room", "procedure-room")).await?;

    let physiotherapy = shop
        .offer(
            (
                "Physiotherapy",
                "physiotherapy",
                "45 minutes with a physiotherapist, in a room of your own.",
            ),
            fixed(45, 6_500),
            &[&reid, &shah],
            &[&treatment, &theatre],
        )
        .await?;
    let procedure = Draft {
        requires_approval: true,
        lead_time_min: 24 * 60,
        cancellation_cutoff_min: 48 * 60,
        late_fee_minor: Some(6_000),
        ..fixed(90, 18_000)
    };
    let procedure = shop
        .offer(
            (
                "Minor procedure",
                "minor-procedure",
                "A procedure under local anaesthetic. We look at your request before we confirm it.",
            ),
            procedure,
            &[&shah],
            &[&theatre],
        )
        .await?;

    let (carla, charlie) = (&world.carla, &world.charlie);
    let grace = shop.guest("Grace Okafor", "grace.okafor").await?;
    let henry = shop.guest("Henry Whitfield", "henry.whitfield").await?;
    let visits = [
        Visit::new(&physiotherapy, &grace, -3, "09:00"),
        Visit::new(&physiotherapy, charlie, -2, "11:00"),
        Visit::new(&procedure, &henry, -1, "14:00"),
        Visit::new(&physiotherapy, &henry, -1, "08:30").but(Course::NoShow),
        Visit::new(&physiotherapy, &grace, 0, "09:00"),
        // Two at the same time: two practitioners, two rooms.
        Visit::new(&physiotherapy, carla, 0, "14:00"),
        Visit::new(&physiotherapy, &henry, 0, "14:00"),
        Visit::new(&procedure, charlie, 3, "10:00").but(Course::Waiting),
        Visit::new(&procedure, carla, 4, "10:00").but(Course::Declined),
        Visit::new(&physiotherapy, charlie, 1, "10:00")
            .noted("Left knee. Had an operation in spring; go easy."),
        Visit::new(&physiotherapy, &grace, 2, "16:00"),
        Visit::new(&procedure, &grace, 6, "09:00"),
    ];
    for visit in visits {
        shop.book(visit).await?;
    }
    Ok(())
}
