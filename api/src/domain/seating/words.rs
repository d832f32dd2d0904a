//! The words that seating's columns hold.

/// Where a seat map stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatMapStatus {
    /// Still being drawn; only staff see it.
    Draft,
    /// In use.
    Active,
    /// Out of use: classes keep it, but no other gets it.
    Inactive,
}

impl SeatMapStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "inactive" => Self::Inactive,
            _ => Self::Draft,
        }
    }
}

/// What the database stores of a seat that can be had.
pub const AVAILABLE: &str = "available";
/// What the database stores of a seat that cannot be had by anybody.
pub const BLOCKED: &str = "blocked";
