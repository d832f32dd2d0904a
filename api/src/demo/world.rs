//! The world of the demo, and a business in it with everything that its owner sets up.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use entity::{bizes, offers};
use iso_currency::Currency;
use sea_orm::{ActiveModelTrait, ActiveValue::Unchanged, Set};

use super::people::{self, Guest, Person};
use crate::domain::Gateway;
use crate::domain::catalog::blocks::{BlockResource, block_resource};
use crate::domain::catalog::businesses::{CreateBusiness, create_business};
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::hours::{OwnerKind, SetOpeningHours, set_opening_hours};
use crate::domain::catalog::locations::{CreateLocation, create_location};
use crate::domain::catalog::offers::{CreateOffer, create_offer};
use crate::domain::catalog::openings::{Exception, Weekly};
use crate::domain::catalog::resources::{CreateResource, create_resource};
use crate::domain::catalog::terms::DurationMode;
use crate::domain::catalog::venues::{CreateVenue, create_venue};
use crate::domain::catalog::versions::{
    CreateOfferVersion, PublishOfferVersion, create_offer_version, publish_offer_version,
};
use crate::domain::catalog::words::ResourceType;
use crate::domain::civil::{Span, place};
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::people::as_of_now;
use crate::domain::people::members::{AddMember, CreateCustomer, Who, add_member, create_customer};
use crate::domain::tx::Call;
use crate::domain::viewer::{Role, Viewer};

/// How long ago everything began.
const AGE: TimeDelta = TimeDelta::days(60);
/// When, from today on, every business has a short day.
const SHORT_DAY: std::ops::Range<i64> = 10..17;
/// How long the demo's holds last, so that there is one to be seen for a while.
const HOLD: TimeDelta = TimeDelta::hours(4);

/// The world in the making.
#[derive(Debug)]
pub struct World {
    /// Its database, with a clock that is moved to and fro.
    pub gateway: Gateway,
    /// The moment as of which it is made.
    pub now: Moment,
    /// The customers who can sign in.
    pub carla: Guest,
    /// The other one.
    pub charlie: Guest,
    owner: Viewer,
    desk: Viewer,
}

impl World {
    /// The world with its people and nothing else.
    pub async fn begin(mut gateway: Gateway, now: Moment) -> Result<Self> {
        gateway.patience.hold = HOLD;
        gateway.clock.set(now - AGE);
        let guest = async |person: Person| -> Result<Guest> {
            let viewer = person.sign_in(&gateway).await?;
            Ok(Guest {
                id: viewer.user_id()?.to_owned(),
                viewer: Some(viewer),
            })
        };
        Ok(Self {
            now,
            carla: guest(people::CUSTOMER_1).await?,
            charlie: guest(people::CUSTOMER_2).await?,
            owner: people::OWNER.sign_in(&gateway).await?,
            desk: people::FRONT_DESK.sign_in(&gateway).await?,
            gateway,
        })
    }

    /// Opens a business with a front desk.
    pub async fn open(
        &self,
        name: &str,
        slug: &str,
        zone: Tz,
        currency: Currency,
    ) -> Result<Shop<'_>> {
        self.gateway.clock.set(self.now - AGE);
        let command = CreateBusiness {
            name: name.to_owned(),
            slug: slug.to_owned(),
            time_zone: zone,
            currency,
        };
        let call = call("createBusiness");
        let biz = create_business(&self.gateway, &self.owner, command, call).await?;
        let mut shop = Shop {
            world: self,
            biz: biz.value,
            zone,
            owner: as_of_now(&self.gateway, &self.owner).await?,
            desk: self.desk.clone(),
        };
        shop.hire(&self.desk, Role::Staff).await?;
        shop.desk = as_of_now(&self.gateway, &self.desk).await?;
        Ok(shop)
    }
}

/// A business.
#[derive(Debug)]
pub struct Shop<'a> {
    /// The world that it is in.
    pub world: &'a World,
    /// The business itself.
    pub biz: bizes::Model,
    /// Where it is.
    pub zone: Tz,
    /// Its owner.
    pub owner: Viewer,
    /// Its front desk.
    pub desk: Viewer,
}

impl Shop<'_> {
    /// Gives somebody a part in the business.
    pub async fn hire(&self, who: &Viewer, role: Role) -> Result<()> {
        let command = AddMember {
            biz_id: self.biz.id.clone(),
            who: Who::User(who.user_id()?.to_owned()),
            role,
        };
        let gateway = &self.world.gateway;
        add_member(gateway, &self.owner, command, call("addMember")).await?;
        Ok(())
    }

    /// Enters a customer who has no account.
    pub async fn guest(&self, name: &str, email: &str) -> Result<Guest> {
        let command = CreateCustomer {
            biz_id: self.biz.id.clone(),
            name: name.to_owned(),
            email: Some(format!("{email}@example.test")),
            phone: None,
        };
        let gateway = &self.world.gateway;
        let customer =
            create_customer(gateway, &self.desk, command, call("createCustomer")).await?;
        Ok(Guest {
            id: customer.value.id,
            viewer: None,
        })
    }

    /// Adds a location with its hours and the holidays on which it is closed, given as month, day and
    /// name. Answers its id.
    pub async fn locate(
        &self,
        name: &str,
        slug: &str,
        (latitude, longitude): (f64, f64),
        weekly: Vec<Weekly>,
        holidays: &[(u32, u32, &str)],
    ) -> Result<String> {
        let gateway = &self.world.gateway;
        let command = CreateLocation {
            biz_id: self.biz.id.clone(),
            name: name.to_owned(),
            slug: slug.to_owned(),
            time_zone: None,
            latitude: Some(latitude),
            longitude: Some(longitude),
        };
        let call_it = call("createLocation");
        let location = create_location(gateway, &self.owner, command, call_it).await?;
        let command = SetOpeningHours {
            owner: OwnerKind::Location,
            owner_id: location.value.id.clone(),
            exceptions: self.exceptions(&weekly, holidays)?,
            weekly,
        };
        set_opening_hours(gateway, &self.owner, command, call("setOpeningHours")).await?;
        Ok(location.value.id)
    }

    /// The holidays of this year and the next, and a short day the week after next.
    fn exceptions(
        &self,
        weekly: &[Weekly],
        holidays: &[(u32, u32, &str)],
    ) -> Result<Vec<Exception>> {
        let today = self.today();
        let mut exceptions = Vec::new();
        for year in [today.year(), today.year() + 1] {
            for (month, day, name) in holidays {
                exceptions.push(Exception {
                    date: NaiveDate::from_ymd_opt(year, *month, *day)
                        .ok_or_else(|| Error::fault("no such date"))?,
                    opens_at: None,
                    closes_at: None,
                    reason: Some((*name).to_owned()),
                });
            }
        }
        let short = SHORT_DAY
            .map(|days| today + TimeDelta::days(days))
            .filter(|date| exceptions.iter().all(|it| it.date != *date))
            .find(|date| weekly.iter().any(|it| it.weekday == date.weekday()));
        if let Some(date) = short {
            exceptions.push(Exception {
                date,
                opens_at: Some(time("10:00")?),
                closes_at: Some(time("14:00")?),
                reason: Some("Team afternoon".to_owned()),
            });
        }
        Ok(exceptions)
    }

    /// Adds a hall or room as a place with seats.
    pub async fn venue(&self, location: &str, name: &str, slug: &str) -> Result<()> {
        let command = CreateVenue {
            biz_id: self.biz.id.clone(),
            location_id: Some(location.to_owned()),
            name: name.to_owned(),
            slug: slug.to_owned(),
        };
        let gateway = &self.world.gateway;
        create_venue(gateway, &self.owner, command, call("createVenue")).await?;
        Ok(())
    }

    /// What a plain resource is like.
    pub fn plain(
        &self,
        location: &str,
        kind: ResourceType,
        name: &str,
        slug: &str,
    ) -> CreateResource {
        CreateResource {
            biz_id: self.biz.id.clone(),
            location_id: Some(location.to_owned()),
            kind,
            name: name.to_owned(),
            slug: slug.to_owned(),
            is_mobile: false,
            max_simultaneous_bookings: None,
            buffer_before_min: 0,
            buffer_after_min: 0,
            service_radius_km: None,
        }
    }

    /// Adds a resource. Answers its id.
    pub async fn add(&self, resource: CreateResource) -> Result<String> {
        let gateway = &self.world.gateway;
        let call = call("createResource");
        let resource = create_resource(gateway, &self.owner, resource, call).await?;
        Ok(resource.value.id)
    }

    /// Says which person a resource is.
    pub async fn embody(&self, resource_id: &str, person: &Viewer) -> Result<()> {
        let resource = entity::resources::ActiveModel {
            id: Unchanged(resource_id.to_owned()),
            user_id: Set(Some(person.user_id()?.to_owned())),
            ..Default::default()
        };
        resource.update(self.world.gateway.db.writer()).await?;
        Ok(())
    }

    /// Adds an offer and publishes its first version.
    pub async fn offer(
        &self,
        (name, slug, description): (&str, &str, &str),
        draft: Draft,
        primary: &[&str],
        secondary: &[&str],
    ) -> Result<offers::Model> {
        let command = CreateOffer {
            biz_id: self.biz.id.clone(),
            name: name.to_owned(),
            slug: slug.to_owned(),
            description: Some(description.to_owned()),
        };
        let gateway = &self.world.gateway;
        let offer = create_offer(gateway, &self.owner, command, call("createOffer")).await?;
        self.publish(&offer.value, draft, primary, secondary)
            .await?;
        Ok(offer.value)
    }

    /// Publishes the next version of an offer.
    pub async fn publish(
        &self,
        offer: &offers::Model,
        draft: Draft,
        primary: &[&str],
        secondary: &[&str],
    ) -> Result<()> {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let command = CreateOfferVersion {
            offer_id: offer.id.clone(),
            draft,
            primary_resource_ids: ids(primary),
            secondary_resource_ids: ids(secondary),
        };
        let gateway = &self.world.gateway;
        let call_it = call("createOfferVersion");
        let version = create_offer_version(gateway, &self.owner, command, call_it).await?;
        let command = PublishOfferVersion {
            offer_version_id: version.value.id,
        };
        let call_it = call("publishOfferVersion");
        publish_offer_version(gateway, &self.owner, command, call_it).await?;
        Ok(())
    }

    /// Blocks a resource for some hours, `day` days from today.
    pub async fn block(
        &self,
        resource_id: &str,
        (day, at): (i64, &str),
        length: TimeDelta,
        reason: &str,
    ) -> Result<()> {
        let from = self.moment(day, at)?;
        let command = BlockResource {
            resource_id: resource_id.to_owned(),
            window: Span {
                from,
                to: from + length,
            },
            reason: Some(reason.to_owned()),
        };
        let gateway = &self.world.gateway;
        block_resource(gateway, &self.owner, command, call("blockResource")).await?;
        Ok(())
    }

    /// What day it is there.
    pub fn today(&self) -> NaiveDate {
        self.world.now.with_timezone(&self.zone).date_naive()
    }

    /// The moment at which the clocks there show `at`, `day` days from today.
    pub fn moment(&self, day: i64, at: &str) -> Result<Moment> {
        let date = self.today() + TimeDelta::days(day);
        Ok(place(date.and_time(time(at)?), self.zone))
    }
}

/// How a use case is called.
pub fn call(mutation: &'static str) -> Call {
    Call {
        mutation,
        idempotency_key: None,
        fingerprint: String::new(),
        dry_run: false,
    }
}

/// The same times on several weekdays.
pub fn week(days: &[Weekday], opens: &str, closes: &str) -> Result<Vec<Weekly>> {
    let (opens_at, closes_at) = (time(opens)?, time(closes)?);
    let weekly = days.iter().map(|weekday| Weekly {
        weekday: *weekday,
        opens_at,
        closes_at,
    });
    Ok(weekly.collect())
}

/// The terms of an offer of a fixed length: within two months, free to cancel until the day before.
pub fn fixed(minutes: i32, price_minor: i32) -> Draft {
    Draft {
        duration_mode: DurationMode::Fixed,
        default_duration_min: minutes,
        min_duration_min: None,
        max_duration_min: None,
        duration_step_min: 15,
        slot_interval_min: 30,
        base_price_minor: price_minor,
        unit_price_minor: None,
        unit_min: None,
        requires_approval: false,
        requires_deposit: false,
        deposit_percent_bps: None,
        min_gap_between_bookings_min: 0,
        lead_time_min: 60,
        horizon_days: 60,
        cancellation_cutoff_min: 24 * 60,
        late_fee_minor: Some(price_minor / 2),
        forfeits_session: false,
    }
}

fn time(text: &str) -> Result<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(Error::fault)
}
