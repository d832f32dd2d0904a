//! What every client, and every attacker, meets before a resolver does.

mod attacks;
mod budgets;
mod documents;
mod events;
mod limits;
mod requests;
mod slow;
mod socket;
mod timeouts;

use serde_json::{Value, json};
use tests::*;

/// Names of the types of the schema, which are a lot to write.
const SCHEMA: &str = "{ __schema { types { name description fields { name description } } } }";

/// Subscribes to a booking.
const CHANGED: &str = "subscription ($id: ID) { bookingChanged(bookingId: $id) { id status } }";

/// Makes a business called `slug`, as a mutation without variables.
fn creating(slug: &str) -> String {
    format!(
        "mutation {{ createBusiness(input: {{ name: \"{slug}\", slug: \"{slug}\", timeZone: \"UTC\", \
         currency: \"EUR\" }}) {{ business {{ id }} userErrors {{ code field }} }} }}"
    )
}

/// Whether there is a business called `slug`.
async fn exists(client: &Client, slug: &str) -> bool {
    let document = "query ($by: BusinessBy!) { business(by: $by) { id } }";
    let by = json!({ "by": { "slug": slug } });
    let answer = client.graphql(document, by).await.expect_ok();
    *answer.data("business") != Value::Null
}
