//! In the demo, the page lets anybody be one of its people.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::demo::Person;
use crate::domain::clock::Moment;
use crate::http::auth::{Expectations, issue};

/// Long enough to try the gateway out; the page brings new ones whenever it is loaded.
const TOKEN_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// The people of the demo, and what signs their tokens.
///
/// Whoever can load the page can be any of them. They own nothing but the demo.
#[derive(Clone, Debug)]
pub struct DemoPeople {
    /// Who they are.
    pub people: &'static [Person],
    /// The secret that tokens are signed with.
    pub secret: SecretString,
    /// What tokens must say.
    pub expectations: Expectations,
}

impl DemoPeople {
    /// The people with fresh tokens, as JSON that can stand within a page.
    pub(super) fn with_tokens(&self, now: Moment) -> String {
        let secret = self.secret.expose_secret().as_bytes();
        let signed = self.people.iter().filter_map(|person| {
            let token = issue(
                secret,
                &self.expectations,
                &person.identity(),
                now,
                TOKEN_TTL,
            );
            let token = token
                .inspect_err(|error| tracing::error!(%error, "a token could not be signed"))
                .ok()?;
            Some(json!({
                "subject": person.subject, "name": person.name, "part": person.part, "token": token,
            }))
        });
        // No `</script>` can be in it.
        Value::Array(signed.collect())
            .to_string()
            .replace('<', "\\u003c")
    }
}
