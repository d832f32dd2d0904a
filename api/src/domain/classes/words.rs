//! The words that the columns of classes hold.

/// Where a schedule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleStatus {
    /// Still being written; only staff see it, and it has no classes yet.
    Draft,
    /// In the timetable.
    Active,
    /// Paused: it has no more classes but those that somebody is enrolled on.
    Inactive,
    /// Over for good.
    Archived,
}

impl ScheduleStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "inactive" => Self::Inactive,
            "archived" => Self::Archived,
            _ => Self::Draft,
        }
    }
}

/// What becomes of a class whose start does not exist that day, because the clocks skip it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapPolicy {
    /// It begins later, by as much as the clocks skip.
    Shift,
    /// It does not take place.
    Skip,
}

impl GapPolicy {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Skip => "skip",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "skip" => Self::Skip,
            _ => Self::Shift,
        }
    }
}

/// Where one class stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OccurrenceStatus {
    /// It is to take place, or is taking place.
    Scheduled,
    /// It was called off.
    Cancelled,
    /// It took place.
    Completed,
}

impl OccurrenceStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "cancelled" => Self::Cancelled,
            "completed" => Self::Completed,
            _ => Self::Scheduled,
        }
    }
}

/// Where an enrolment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnrollmentStatus {
    /// The customer has their places.
    Enrolled,
    /// The customer is there.
    CheckedIn,
    /// The customer was there.
    Attended,
    /// Called off, free of charge.
    Cancelled,
    /// Called off after the cut-off.
    LateCancelled,
    /// The customer did not come.
    NoShow,
}

impl EnrollmentStatus {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Enrolled,
        Self::CheckedIn,
        Self::Attended,
        Self::Cancelled,
        Self::LateCancelled,
        Self::NoShow,
    ];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::CheckedIn => "checked_in",
            Self::Attended => "attended",
            Self::Cancelled => "cancelled",
            Self::LateCancelled => "late_cancelled",
            Self::NoShow => "no_show",
        }
    }

    /// Reads the word that the database stores; its CHECK allows no other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let status = Self::ALL.into_iter().find(|status| status.as_str() == word);
        status.unwrap_or(Self::Cancelled)
    }

    /// The words of the states in which somebody has places.
    pub const LIVE: [&'static str; 4] = [
        Self::Enrolled.as_str(),
        Self::CheckedIn.as_str(),
        Self::Attended.as_str(),
        Self::NoShow.as_str(),
    ];
}
