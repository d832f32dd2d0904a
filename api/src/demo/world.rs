//! The world of the demo, before there is any business in it, and small words to describe them with.

use chrono::{NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use iso_currency::Currency;

use super::people::{self, Guest, Person};
use super::shop::Shop;
use crate::domain::Gateway;
use crate::domain::catalog::businesses::{CreateBusiness, create_business};
use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::openings::Weekly;
use crate::domain::catalog::terms::DurationMode;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::people::as_of_now;
use crate::domain::tx::Call;
use crate::domain::viewer::{Role, Viewer};

/// How long ago everything began.
const AGE: TimeDelta = TimeDelta::days(60);
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

/// A time of day, such as `09:00`.
pub fn time(text: &str) -> Result<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(Error::fault)
}
