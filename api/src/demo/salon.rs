//! A salon in Paris: three stylists, and three chairs that are one resource.

use chrono::{TimeDelta, Weekday::*};
use chrono_tz::Europe::Paris;
use iso_currency::Currency;

use super::diary::{Course, Visit};
use super::world::{World, fixed, week};
use crate::domain::catalog::resources::CreateResource;
use crate::domain::catalog::words::ResourceType::{Asset, CompanyHost};
use crate::domain::error::Result;

/// What it is known by.
pub const SLUG: &str = "atelier-lumiere";

/// Makes it.
pub async fn make(world: &World) -> Result<()> {
    let shop = world
        .open("Atelier Lumière", SLUG, Paris, Currency::EUR)
        .await?;
    let hours = [
        week(&[Tue, Wed, Thu, Fri], "09:00", "19:00")?,
        week(&[Sat], "09:00", "17:00")?,
    ];
    let holidays = [
        (1, 1, "New Year's Day"),
        (5, 1, "Labour Day"),
        (7, 14, "Bastille Day"),
        (12, 25, "Christmas Day"),
    ];
    let place = shop
        .locate(
            "Rue des Martyrs",
            "rue-des-martyrs",
            (48.8790, 2.3397),
            hours.concat(),
            &holidays,
        )
        .await?;
    let stylist = |name, slug| CreateResource {
        buffer_after_min: 5,
        ..shop.plain(&place, CompanyHost, name, slug)
    };
    let manon = shop.add(stylist("Manon Lefèvre", "manon")).await?;
    let karim = shop.add(stylist("Karim Benali", "karim")).await?;
    let elise = shop.add(stylist("Élise Moreau", "elise")).await?;
    let chairs = CreateResource {
        max_simultaneous_bookings: Some(3),
        ..shop.plain(&place, Asset, "Chairs", "chairs")
    };
    let chairs = shop.add(chairs).await?;
    for (stylist, lunch) in [(&manon, "12:00"), (&karim, "13:00"), (&elise, "13:30")] {
        for day in -1..=7 {
            let hour = TimeDelta::hours(1);
            shop.block(stylist, (day, lunch), hour, "Lunch").await?;
        }
    }
    let (holiday, days) = ((8, "00:00"), TimeDelta::days(3));
    shop.block(&elise, holiday, days, "Holiday").await?;

    let stylists = [manon.as_str(), &karim, &elise];
    let cut = shop
        .offer(
            (
                "Cut and blow-dry",
                "cut-and-blow-dry",
                "A wash, a cut and a blow-dry, in 45 minutes.",
            ),
            fixed(45, 5_200),
            &stylists,
            &[&chairs],
        )
        .await?;
    let colour = shop
        .offer(
            (
                "Colour",
                "colour",
                "Colour from root to tip, with a cut if you like. Two hours.",
            ),
            fixed(120, 11_500),
            &[&manon, &elise],
            &[&chairs],
        )
        .await?;

    let (carla, charlie) = (&world.carla, &world.charlie);
    let lucie = shop.guest("Lucie Garnier", "lucie.garnier").await?;
    let paul = shop.guest("Paul Dubois", "paul.dubois").await?;
    let nadia = shop.guest("Nadia Haddad", "nadia.haddad").await?;
    let visits = [
        Visit::new(&cut, &paul, -2, "10:00"),
        Visit::new(&colour, &lucie, -1, "14:30").with(&manon),
        Visit::new(&cut, charlie, -1, "10:00").with(&karim),
        // Three at the same time: every chair is taken.
        Visit::new(&cut, &paul, 0, "10:00"),
        Visit::new(&cut, &nadia, 0, "10:00"),
        Visit::new(&cut, carla, 0, "10:00"),
        Visit::new(&colour, &lucie, 0, "15:00"),
        Visit::new(&cut, charlie, 1, "17:00"),
        Visit::new(&colour, carla, 2, "09:00")
            .with(&elise)
            .noted("Allergic to ammonia: only the plant colours."),
        Visit::new(&cut, &nadia, 3, "11:00").but(Course::Cancelled),
        Visit::new(&cut, &paul, 4, "16:00"),
    ];
    for visit in visits {
        shop.book(visit).await?;
    }
    shop.walk_ins(&place, &[carla, &nadia]).await
}
