//! Those who can sign in to the demo.

use crate::domain::Gateway;
use crate::domain::error::{Error, Result};
use crate::domain::people::{Identity, sign_in};
use crate::domain::viewer::Viewer;

/// Somebody who can sign in.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The part they play.
    pub part: &'static str,
    /// The subject of their tokens.
    pub subject: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// Their email address.
    pub email: &'static str,
}

/// Owns every business.
pub const OWNER: Person = Person {
    part: "Owner of every business",
    subject: "demo|owner",
    name: "Olivia Owner",
    email: "olivia.owner@example.test",
};

/// Works at the front desk of every business.
pub const FRONT_DESK: Person = Person {
    part: "Front desk of every business",
    subject: "demo|front-desk",
    name: "Frank Desk",
    email: "frank.desk@example.test",
};

/// Teaches at the yoga studio.
pub const INSTRUCTOR: Person = Person {
    part: "Instructor of the yoga studio",
    subject: "demo|instructor",
    name: "Ines Instructor",
    email: "ines.instructor@example.test",
};

/// Books here and there.
pub const CUSTOMER_1: Person = Person {
    part: "Customer",
    subject: "demo|customer-1",
    name: "Carla Customer",
    email: "carla.customer@example.test",
};

/// Books elsewhere.
pub const CUSTOMER_2: Person = Person {
    part: "Customer",
    subject: "demo|customer-2",
    name: "Charlie Customer",
    email: "charlie.customer@example.test",
};

/// Everybody who can sign in.
pub const PEOPLE: [Person; 5] = [OWNER, FRONT_DESK, INSTRUCTOR, CUSTOMER_1, CUSTOMER_2];

impl Person {
    /// How they sign in.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            subject: self.subject.to_owned(),
            name: Some(self.name.to_owned()),
            verified_email: Some(self.email.to_owned()),
            scopes: Vec::new(),
        }
    }

    /// Signs them in.
    pub(super) async fn sign_in(&self, gateway: &Gateway) -> Result<Viewer> {
        sign_in(gateway, &self.identity()).await
    }
}

/// Somebody who books.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    /// Their user id.
    pub id: String,
    /// They themselves, when they can sign in; the front desk books for everybody else.
    pub viewer: Option<Viewer>,
}

impl Guest {
    /// They themselves, for what nobody does in their place.
    pub fn viewer(&self) -> Result<&Viewer> {
        let viewer = self.viewer.as_ref();
        viewer.ok_or_else(|| Error::fault(format!("{} cannot sign in", self.id)))
    }
}
