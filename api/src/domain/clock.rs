//! The only place that reads the time, so that tests can set it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// A moment in UTC, to the microsecond: what PostgreSQL stores, so that a value read back equals the
/// value written, and SQLite's text ordering holds.
pub type Moment = DateTime<Utc>;

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    set: Option<Arc<Mutex<Moment>>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `moment` until it is moved with [`Clock::set`] or [`Clock::advance`].
    #[must_use]
    pub fn fixed(moment: Moment) -> Self {
        Self {
            set: Some(Arc::new(Mutex::new(to_micros(moment)))),
        }
    }

    /// The present moment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one permitted clock read")]
    pub fn now(&self) -> Moment {
        match &self.set {
            Some(set) => *set.lock().unwrap_or_else(PoisonError::into_inner),
            None => to_micros(Utc::now()),
        }
    }

    /// Moves a fixed clock to `moment`; the machine's clock is left alone.
    pub fn set(&self, moment: Moment) {
        if let Some(set) = &self.set {
            *set.lock().unwrap_or_else(PoisonError::into_inner) = to_micros(moment);
        }
    }

    /// Moves a fixed clock on by `by`.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

fn to_micros(moment: Moment) -> Moment {
    moment
        .duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(moment)
}
