//! A van rental in Lisbon: by the day, with a deposit, and an hour between two rentals.

use chrono::Weekday::*;
use chrono_tz::Europe::Lisbon;
use iso_currency::Currency;

use super::diary::{Course, Visit};
use super::world::{World, fixed, week};
use crate::domain::bookings::rules::terms::PaymentTerms;
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::terms::DurationMode;
use crate::domain::catalog::words::ResourceType::Asset;
use crate::domain::error::Result;

/// What it is known by.
pub const SLUG: &str = "tejo-vans";

const DAY: i32 = 24 * 60;

/// Makes it.
pub async fn make(world: &World) -> Result<()> {
    let shop = world.open("Tejo Vans", SLUG, Lisbon, Currency::EUR).await?;
    let hours = [
        week(&[Mon, Tue, Wed, Thu, Fri], "08:00", "19:00")?,
        week(&[Sat, Sun], "09:00", "13:00")?,
    ];
    let holidays = [
        (1, 1, "New Year's Day"),
        (4, 25, "Freedom Day"),
        (12, 25, "Christmas Day"),
    ];
    let yard = shop
        .locate(
            "Yard in Alcântara",
            "alcantara",
            (38.7036, -9.1766),
            hours.concat(),
            &holidays,
        )
        .await?;
    let van = |name, slug| shop.plain(&yard, Asset, name, slug);
    let crafter = shop.add(van("VW Crafter", "vw-crafter")).await?;
    let transit = shop.add(van("Ford Transit", "ford-transit")).await?;
    let ducato = shop.add(van("Fiat Ducato", "fiat-ducato")).await?;

    let terms = Draft {
        duration_mode: DurationMode::MultiDay,
        min_duration_min: Some(DAY),
        max_duration_min: Some(14 * DAY),
        duration_step_min: DAY,
        slot_interval_min: 60,
        unit_price_minor: Some(8_900),
        unit_min: Some(DAY),
        requires_deposit: true,
        deposit_percent_bps: Some(3_000),
        min_gap_between_bookings_min: 60,
        cancellation_cutoff_min: 2 * DAY,
        late_fee_minor: Some(5_000),
        ..fixed(DAY, 2_500)
    };
    let rental = shop
        .offer(
            (
                "Van by the day",
                "van-by-the-day",
                "A van for one day to two weeks. Three tenths of the price are paid ahead.",
            ),
            terms,
            &[&crafter, &transit, &ducato],
            &[],
        )
        .await?;

    let (carla, charlie) = (&world.carla, &world.charlie);
    let rui = shop.guest("Rui Carvalho", "rui.carvalho").await?;
    let company = shop
        .guest("Atlântico Logística, Lda", "frota.atlantico")
        .await?;
    let visits = [
        Visit::new(&rental, &rui, -8, "09:00").lasting(3 * DAY),
        Visit::new(&rental, charlie, -5, "10:00").lasting(2 * DAY),
        // On the road for the whole week.
        Visit::new(&rental, &company, -2, "08:00")
            .lasting(7 * DAY)
            .on(PaymentTerms::Net30)
            .with(&crafter)
            .noted("Invoice to the head office in Porto, order number on it."),
        Visit::new(&rental, carla, -1, "09:00")
            .lasting(3 * DAY)
            .with(&transit),
        Visit::new(&rental, charlie, -1, "11:00")
            .lasting(DAY)
            .with(&ducato)
            .but(Course::CancelledLate),
        Visit::new(&rental, charlie, 4, "10:00")
            .lasting(2 * DAY)
            .but(Course::Waiting),
        Visit::new(&rental, carla, 5, "09:00")
            .lasting(DAY)
            .but(Course::Expired),
        Visit::new(&rental, &rui, 6, "09:00").lasting(4 * DAY),
    ];
    for visit in visits {
        shop.book(visit).await?;
    }
    Ok(())
}
