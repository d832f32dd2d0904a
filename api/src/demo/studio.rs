//! A yoga studio in New York: classes, private lessons with an instructor, and a hall for hire.

use chrono::Weekday::*;
use chrono_tz::America::New_York;
use iso_currency::Currency;

use super::classes::{self, Crowd};
use super::diary::{Course, Visit};
use super::passes;
use super::people::{Guest, INSTRUCTOR};
use super::sound_bath;
use super::world::{World, fixed, week};
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::resources::CreateResource;
use crate::domain::catalog::terms::DurationMode;
use crate::domain::catalog::words::ResourceType::{CompanyHost, Venue};
use crate::domain::error::Result;
use crate::domain::viewer::Role;

/// What it is known by.
pub const SLUG: &str = "sunrise-yoga";

/// Makes it.
pub async fn make(world: &World) -> Result<()> {
    let shop = world
        .open("Sunrise Yoga", SLUG, New_York, Currency::USD)
        .await?;
    let hours = [
        week(&[Mon, Tue, Wed, Thu, Fri], "07:00", "21:00")?,
        week(&[Sat, Sun], "08:00", "16:00")?,
    ];
    let holidays = [
        (1, 1, "New Year's Day"),
        (7, 4, "Independence Day"),
        (12, 25, "Christmas Day"),
    ];
    let loft = shop
        .locate(
            "The loft on Bedford Avenue",
            "williamsburg",
            (40.7172, -73.9573),
            hours.concat(),
            &holidays,
        )
        .await?;
    let venue = shop.venue(&loft, "Sunrise Hall", "sunrise-hall").await?;
    let ines = shop.plain(&loft, CompanyHost, "Ines Instructor", "ines");
    let ines = shop.add(ines).await?;
    let hall = CreateResource {
        buffer_after_min: 15,
        ..shop.plain(&loft, Venue, "Sunrise Hall", "sunrise-hall")
    };
    let hall = shop.add(hall).await?;
    let instructor = INSTRUCTOR.sign_in(&world.gateway).await?;
    shop.hire(&instructor, Role::Host).await?;
    shop.embody(&ines, &instructor).await?;

    let lesson = shop
        .offer(
            (
                "Private lesson",
                "private-lesson",
                "An hour with an instructor to yourself, at your own pace.",
            ),
            Draft {
                cancellation_cutoff_min: 12 * 60,
                ..fixed(60, 9_500)
            },
            &[&ines],
            &[&hall],
        )
        .await?;
    let hire = Draft {
        duration_mode: DurationMode::Flexible,
        min_duration_min: Some(60),
        max_duration_min: Some(240),
        duration_step_min: 30,
        unit_price_minor: Some(2_000),
        unit_min: Some(30),
        late_fee_minor: Some(4_000),
        ..fixed(60, 1_500)
    };
    let hire = shop
        .offer(
            (
                "Hall hire",
                "hall-hire",
                "The hall with mats and sound, for one to four hours.",
            ),
            hire,
            &[&hall],
            &[],
        )
        .await?;

    sound_bath::make(&shop, &loft, &venue, &hall).await?;

    let (carla, charlie) = (&world.carla, &world.charlie);
    let dana = shop.guest("Dana Whitaker", "dana.whitaker").await?;
    let marcus = shop.guest("Marcus Bell", "marcus.bell").await?;
    let priya = shop.guest("Priya Raman", "priya.raman").await?;
    let studio = shop.plain(&loft, Venue, "Garden studio", "garden-studio");
    let studio = shop.add(studio).await?;
    let maya = shop.plain(&loft, CompanyHost, "Maya Okafor", "maya");
    let maya = shop.add(maya).await?;
    let crowd = Crowd {
        carla,
        charlie,
        ines: &Guest {
            id: instructor.user_id()?.to_owned(),
            viewer: Some(instructor.clone()),
        },
        others: [&dana, &marcus, &priya],
    };
    classes::make(&shop, &loft, (&studio, &maya, &ines), crowd).await?;
    let ten = shop
        .package(&lesson, ("Ten lessons", "ten-lessons"), (10, 80_000), false)
        .await?;
    let month = shop
        .package(
            &lesson,
            ("Five in a month", "five-in-a-month"),
            (5, 42_500),
            true,
        )
        .await?;
    // Half used, about to expire, and shared with a friend.
    shop.sell(&ten, carla, 45).await?;
    shop.sell(&month, charlie, i64::from(passes::DAYS) - 2)
        .await?;
    let shared = shop.sell(&ten, &dana, 20).await?;
    shop.pass_on(&shared, &marcus, 4, 10).await?;
    for day in [-23, -19, -16, -12, -9] {
        let visit = Visit::new(&lesson, carla, day, "18:00").by_package();
        shop.book(visit).await?;
    }
    let visit = Visit::new(&lesson, charlie, -8, "10:00").by_package();
    shop.book(visit).await?;
    let visit = Visit::new(&lesson, &marcus, -4, "10:00").by_package();
    shop.book(visit).await?;

    let visits = [
        Visit::new(&lesson, carla, -2, "08:00"),
        Visit::new(&lesson, &dana, -1, "18:00"),
        Visit::new(&lesson, charlie, -1, "09:00").but(Course::CancelledLate),
        Visit::new(&lesson, &dana, 0, "08:00"),
        Visit::new(&lesson, &marcus, 0, "12:00")
            .noted("First time on the mat since his back injury."),
        Visit::new(&hire, &marcus, 0, "15:00").lasting(120),
        Visit::new(&lesson, charlie, 1, "08:00"),
        Visit::new(&lesson, carla, 2, "18:00"),
        Visit::new(&hire, &dana, 3, "10:00").lasting(240),
        Visit::new(&lesson, carla, 4, "08:00").but(Course::Cancelled),
        Visit::new(&lesson, &marcus, 5, "09:00"),
    ];
    for visit in visits {
        shop.book(visit).await?;
    }
    Ok(())
}
