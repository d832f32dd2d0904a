//! What the noun refuses, in words.

use super::rules::standing::Status;
use crate::domain::error::{Error, Refusal, RefusalCode};

/// The refusals of packages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageRefusal {
    /// Too few sessions are left.
    #[error("{}", left(*.0))]
    Exhausted(i32),
    /// Its time has run out.
    #[error("This package has expired.")]
    Expired,
    /// It is good for other offers.
    #[error("This package is not good for this offer.")]
    NotEligible,
    /// The customer has none that would do.
    #[error("There is no package that is good for this offer.")]
    NoneEligible,
    /// It has not been paid.
    #[error("This package has not been paid for yet.")]
    Unpaid,
    /// Its state does not allow it.
    #[error("A package that is {} cannot be {}.", .0.words(), .1)]
    Illegal(Status, &'static str),
    /// By its terms it stays with whoever bought it.
    #[error("This package cannot be passed on.")]
    NotTransferable,
    /// By its terms no money comes back.
    #[error("This package is not given back for money.")]
    NotRefundable,
}

fn left(remaining: i32) -> String {
    match remaining {
        0 => "No session of this package is left.".to_owned(),
        1 => "Only one session of this package is left.".to_owned(),
        more => format!("Only {more} sessions of this package are left."),
    }
}

impl PackageRefusal {
    /// The refusal, with the input field at fault.
    #[must_use]
    pub fn at(self, field: &str) -> Refusal {
        let code = match self {
            Self::Exhausted(_) => RefusalCode::PackageExhausted,
            Self::Expired => RefusalCode::PackageExpired,
            Self::NotEligible | Self::NoneEligible => RefusalCode::PackageNotEligible,
            Self::Unpaid => RefusalCode::PaymentRequired,
            Self::Illegal(..) => RefusalCode::InvalidState,
            Self::NotTransferable => RefusalCode::NotTransferable,
            Self::NotRefundable => RefusalCode::NotRefundable,
        };
        Refusal::new(code, self.to_string()).at(field)
    }
}

impl From<PackageRefusal> for Error {
    fn from(refusal: PackageRefusal) -> Self {
        refusal.at("purchaseId").into()
    }
}
