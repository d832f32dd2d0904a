//! A business of the demo, with everything that its owner sets up.

use chrono::{Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use entity::{bizes, offers};
use sea_orm::{ActiveModelTrait, ActiveValue::Unchanged, Set};

use super::people::Guest;
use super::world::{World, call, time};
use crate::domain::catalog::blocks::{BlockResource, block_resource};
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::hours::{OwnerKind, SetOpeningHours, set_opening_hours};
use crate::domain::catalog::locations::{CreateLocation, create_location};
use crate::domain::catalog::offers::{CreateOffer, create_offer};
use crate::domain::catalog::openings::{Exception, Weekly};
use crate::domain::catalog::resources::{CreateResource, create_resource};
use crate::domain::catalog::venues::{CreateVenue, create_venue};
use crate::domain::catalog::versions::{
    CreateOfferVersion, PublishOfferVersion, create_offer_version, publish_offer_version,
};
use crate::domain::catalog::words::ResourceType;
use crate::domain::civil::{Span, place};
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::people::members::{AddMember, CreateCustomer, Who, add_member, create_customer};
use crate::domain::viewer::{Role, Viewer};

/// When, from today on, every business has a short day.
const SHORT_DAY: std::ops::Range<i64> = 10..17;

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

    /// Adds a hall or room as a place with seats. Answers its id.
    pub async fn venue(&self, location: &str, name: &str, slug: &str) -> Result<String> {
        let command = CreateVenue {
            biz_id: self.biz.id.clone(),
            location_id: Some(location.to_owned()),
            name: name.to_owned(),
            slug: slug.to_owned(),
        };
        let gateway = &self.world.gateway;
        let venue = create_venue(gateway, &self.owner, command, call("createVenue")).await?;
        Ok(venue.value.id)
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
