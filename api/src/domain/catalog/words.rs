//! The words that the catalog's columns hold.

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    /// A person who serves for themself.
    Host,
    /// A person who serves for the business.
    CompanyHost,
    /// A thing: a van, a machine.
    Asset,
    /// A place: a room, a hall.
    Venue,
}

impl ResourceType {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::CompanyHost => "company_host",
            Self::Asset => "asset",
            Self::Venue => "venue",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "host" => Self::Host,
            "company_host" => Self::CompanyHost,
            "venue" => Self::Venue,
            _ => Self::Asset,
        }
    }
}

/// Where a version of an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferVersionStatus {
    /// Still being written; only staff see it.
    Draft,
    /// The one that is booked.
    Published,
    /// Published once; a later one took its place.
    Superseded,
    /// Withdrawn.
    Retired,
}

impl OfferVersionStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Superseded => "superseded",
            Self::Retired => "retired",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "published" => Self::Published,
            "superseded" => Self::Superseded,
            "retired" => Self::Retired,
            _ => Self::Draft,
        }
    }
}
