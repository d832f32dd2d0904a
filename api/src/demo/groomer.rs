//! A dog groomer in Toronto who comes to the customer's door.

use chrono::Weekday::*;
use chrono_tz::America::Toronto;
use iso_currency::Currency;

use super::diary::{Course, Visit};
use super::world::{World, fixed, week};
use crate::domain::availability::travel::Address;
use crate::domain::catalog::resources::CreateResource;
use crate::domain::catalog::words::ResourceType::Host;
use crate::domain::error::Result;

/// What it is known by.
pub const SLUG: &str = "muddy-paws";

/// Makes it.
pub async fn make(world: &World) -> Result<()> {
    let shop = world
        .open("Muddy Paws", SLUG, Toronto, Currency::CAD)
        .await?;
    let hours = week(&[Tue, Wed, Thu, Fri, Sat], "09:00", "18:00")?;
    let holidays = [
        (1, 1, "New Year's Day"),
        (7, 1, "Canada Day"),
        (12, 25, "Christmas Day"),
        (12, 26, "Boxing Day"),
    ];
    let depot = shop
        .locate(
            "Depot on Queen Street West",
            "queen-street-west",
            (43.6476, -79.4028),
            hours,
            &holidays,
        )
        .await?;
    let zoe = CreateResource {
        is_mobile: true,
        service_radius_km: Some(15.0),
        buffer_after_min: 10,
        ..shop.plain(&depot, Host, "Zoe and her van", "zoe")
    };
    let zoe = shop.add(zoe).await?;
    let groom = shop
        .offer(
            (
                "Wash and trim",
                "wash-and-trim",
                "The whole dog, an hour and a half, in the van at your door.",
            ),
            fixed(90, 11_000),
            &[&zoe],
            &[],
        )
        .await?;
    let nails = shop
        .offer(
            ("Nails", "nails", "Half an hour, for dogs who keep still."),
            fixed(30, 3_500),
            &[&zoe],
            &[],
        )
        .await?;

    let (carla, charlie) = (&world.carla, &world.charlie);
    let amelie = shop.guest("Amelie Tremblay", "amelie.tremblay").await?;
    let sanjay = shop.guest("Sanjay Gupta", "sanjay.gupta").await?;
    let annex = || address("312 Brunswick Avenue", "M5S 2M7", (43.6659, -79.4070));
    let leslieville = || address("18 Caroline Avenue", "M4M 2X5", (43.6617, -79.3360));
    let high_park = || address("95 Indian Road", "M6R 2V5", (43.6497, -79.4530));
    let visits = [
        Visit::new(&groom, carla, -3, "10:00").to(annex()),
        Visit::new(&groom, &amelie, -2, "14:00").to(leslieville()),
        Visit::new(&nails, &sanjay, -1, "11:00")
            .to(high_park())
            .but(Course::NoShow),
        Visit::new(&groom, &sanjay, 0, "10:00").to(high_park()),
        Visit::new(&nails, &amelie, 0, "15:00").to(leslieville()),
        Visit::new(&groom, carla, 1, "10:00")
            .to(annex())
            .noted("Biscuit is afraid of the dryer. Side door, the bell is broken."),
        Visit::new(&groom, charlie, 2, "13:00")
            .to(leslieville())
            .but(Course::Cancelled),
        Visit::new(&nails, charlie, 3, "11:00").to(leslieville()),
        Visit::new(&groom, &amelie, 5, "09:00").to(leslieville()),
    ];
    for visit in visits {
        shop.book(visit).await?;
    }
    Ok(())
}

fn address(line1: &str, postal_code: &str, (latitude, longitude): (f64, f64)) -> Address {
    Address {
        line1: line1.to_owned(),
        line2: None,
        city: Some("Toronto".to_owned()),
        postal_code: Some(postal_code.to_owned()),
        country: Some("Canada".to_owned()),
        latitude: Some(latitude),
        longitude: Some(longitude),
    }
}
