//! Waitlists: whoever waits for a place or a time gets it before the public does.

mod appointments;
mod classes;
mod guards;
mod refusals;
mod winners;

use serde_json::{Value, json};
use tests::*;

/// Ten to eleven, on the day after.
pub const TEN: &str = "2026-03-03T10:00:00Z";

/// What is looked at of an entry.
const ENTRY: &str =
    "entry { id status position booking { id status startAt } waitlistOffer { id status } }";

/// A window of one hour from `from` on.
pub fn hour(from: &str) -> Value {
    let to = moment(from) + chrono::TimeDelta::hours(1);
    json!({ "from": from, "to": to })
}

/// Waits for a time of the studio's offer. Answers the id of the entry.
pub async fn wait(client: &Client, studio: &Studio, window: Value) -> String {
    let input = json!({ "offerId": studio.offer_id, "window": window });
    let answer = client.mutate("joinWaitlist", input, "entry { id }").await;
    let answer = answer.expect_done("joinWaitlist");
    answer.text("joinWaitlist.entry.id").to_owned()
}

/// Changes how the waitlist that an entry is in is run. Answers its id.
pub async fn run_as(owner: &Client, entry: &str, more: Value) -> String {
    let document = "query ($id: ID!) { queueEntry(id: $id) { queue { id } } }";
    let answer = owner
        .graphql(document, json!({ "id": entry }))
        .await
        .expect_ok();
    let queue = answer.text("queueEntry.queue.id").to_owned();
    let mut input = json!({ "queueId": queue });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    owner
        .mutate(
            "updateQueue",
            input,
            "queue { promotion offerWindowMin cutoffMin }",
        )
        .await
        .expect_done("updateQueue");
    queue
}

/// An entry as somebody sees it.
pub async fn seen(client: &Client, entry: &str) -> Value {
    let document = "query ($id: ID!) { queueEntry(id: $id) { id status position booking { id status startAt customer { name } }
        window { from to } queue { kind promotion waitingCount }
        waitlistOffer { id status expiresAt slot { startAt endAt resource { id } price { amountMinor } } } } }";
    let answer = client.graphql(document, json!({ "id": entry })).await;
    answer.expect_ok().data("queueEntry").clone()
}

/// The id of the offer that an entry has, which is in that state.
pub async fn offered(client: &Client, entry: &str, status: &str) -> String {
    let entry = seen(client, entry).await;
    assert_eq!(entry["waitlistOffer"]["status"], status, "{entry}");
    entry["waitlistOffer"]["id"].as_str().unwrap().to_owned()
}

/// Whether an entry has never been told of a place.
pub async fn is_untold(client: &Client, entry: &str) -> bool {
    let entry = seen(client, entry).await;
    entry["waitlistOffer"].is_null() && entry["status"] == "WAITING"
}

/// Claims a place that is offered.
pub async fn claim(client: &Client, offer: &str) -> GraphQlResponse {
    let input = json!({ "offerId": offer });
    let selection = format!("booking {{ id status startAt }} {ENTRY}");
    client.mutate("claimWaitlistOffer", input, &selection).await
}

/// Declines a place that is offered.
pub async fn decline(client: &Client, offer: &str) -> GraphQlResponse {
    let input = json!({ "offerId": offer });
    client.mutate("declineWaitlistOffer", input, ENTRY).await
}

/// Cancels a booking.
pub async fn cancel(client: &Client, booking: &str) {
    let input = json!({ "bookingId": booking });
    client
        .mutate("cancelBooking", input, "booking { id }")
        .await
        .expect_done("cancelBooking");
}

/// Books the studio's offer. Answers the id of the booking.
pub async fn book(client: &Client, studio: &Studio, start_at: &str) -> String {
    let answer = studio
        .book(client, start_at)
        .await
        .expect_done("createBooking");
    answer.text("createBooking.booking.id").to_owned()
}

/// What happened on a waitlist, in order.
pub async fn story(owner: &Client, queue: &str) -> Vec<String> {
    let document = "query ($id: ID!) { queue(id: $id) { events(first: 100) { nodes { kind } } } }";
    let answer = owner
        .graphql(document, json!({ "id": queue }))
        .await
        .expect_ok();
    let events = answer.list("queue.events.nodes").iter();
    events
        .map(|event| event["kind"].as_str().unwrap().to_owned())
        .collect()
}
