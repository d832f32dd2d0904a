//! The demo data. For now, only the people: the data itself is yet to come.

use super::{Gateway, Result, people::Identity};

/// What the demo data holds.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Those who can sign in.
    pub people: Vec<Person>,
}

/// Somebody of the demo data.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The part they play.
    pub part: &'static str,
    /// The subject of their tokens.
    pub subject: &'static str,
    /// What they are called.
    pub name: &'static str,
}

impl Person {
    /// How they sign in.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            subject: self.subject.to_owned(),
            name: Some(self.name.to_owned()),
            ..Identity::default()
        }
    }
}

/// Loads the demo data into an empty database; leaves any other alone.
///
/// # Errors
/// When the database fails.
pub async fn load(_gateway: &Gateway) -> Result<Demo> {
    let person = |part, subject, name| Person {
        part,
        subject,
        name,
    };
    Ok(Demo {
        people: vec![
            person("Owner", "demo|owner", "Olivia Owner"),
            person("Front desk", "demo|front-desk", "Frank Desk"),
            person("Instructor", "demo|instructor", "Ines Instructor"),
            person("Customer 1", "demo|customer-1", "Carla Customer"),
            person("Customer 2", "demo|customer-2", "Charlie Customer"),
        ],
    })
}
