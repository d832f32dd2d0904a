//! Packages: sessions that are paid for ahead, and that none of them is ever lost, minted or spent twice.

mod adjusting;
mod buying;
mod conservation;
mod expiring;
mod guards;
mod lists;
mod model;
mod permissions;
mod products;
mod race;
mod redeeming;
mod refunds;
mod refusals;
mod retries;
mod returning;
mod statements;
mod transfers;

use serde_json::{Value, json};
use tests::*;

pub use super::bookings::{field, number, run, user_id, with};

/// Ten o'clock on the day after the tests begin.
pub const TEN: &str = "2026-03-03T10:00:00Z";

/// What is looked at of a purchase.
pub const SEEN: &str = "id status version sessionsTotal sessionsUsed sessionsRemaining expiresAt activatedAt \
    price { amountMinor } paid { amountMinor } refunded { amountMinor } customer { id name } \
    ledger(first: 100) { nodes { kind delta balanceAfter reason booking { id } } }";

/// Makes a product that is on sale: ten sessions for EUR 100.00, good for the studio's offer, for ever, that can
/// be passed on and given back. `more` says what is different.
pub async fn product(studio: &Studio, slug: &str, more: Value) -> String {
    let input = json!({
        "businessId": studio.business_id, "offerId": studio.offer_id, "name": slug, "slug": slug,
        "status": "ACTIVE", "sessionCount": 10, "priceMinor": 10_000, "transferable": true,
    });
    let made = studio
        .owner
        .mutate("createPackageProduct", with(input, more), "product { id }");
    let made = made.await.expect_done("createPackageProduct");
    made.text("createPackageProduct.product.id").to_owned()
}

/// Buys a product as a customer does: it is not paid yet.
pub async fn ordered(client: &Client, product_id: &str) -> String {
    let bought = client.mutate(
        "purchasePackage",
        json!({ "productId": product_id }),
        "purchase { id }",
    );
    let bought = bought.await.expect_done("purchasePackage");
    bought.text("purchasePackage.purchase.id").to_owned()
}

/// Buys a product and pays for it at the desk.
pub async fn bought(studio: &Studio, client: &Client, product_id: &str) -> String {
    let id = ordered(client, product_id).await;
    let price = seen(client, &id).await["price"]["amountMinor"].clone();
    pay(&studio.owner, &id, price)
        .await
        .expect_done("recordPayment");
    id
}

/// Records a payment for a purchase.
pub async fn pay(
    client: &Client,
    purchase_id: &str,
    amount_minor: impl Into<Value>,
) -> GraphQlResponse {
    let input = json!({
        "purchaseId": purchase_id, "kind": "PURCHASE", "amountMinor": amount_minor.into(), "reference": "till 1",
    });
    let selection = format!(
        "payment {{ kind amount {{ amountMinor currency }} reference }} booking {{ id }} purchase {{ {SEEN} }}"
    );
    client.mutate("recordPayment", input, &selection).await
}

/// A purchase as somebody sees it.
pub async fn seen(client: &Client, id: &str) -> Value {
    let document = format!("query ($id: ID!) {{ packagePurchase(id: $id) {{ {SEEN} }} }}");
    let answer = client.graphql(&document, json!({ "id": id })).await;
    answer.expect_ok().data("packagePurchase").clone()
}

/// Status, total, used and remaining sessions of a purchase.
pub fn counts(purchase: &Value) -> (&str, i64, i64, i64) {
    let number = |field: &str| purchase[field].as_i64().expect("a count");
    (
        purchase["status"].as_str().expect("a status"),
        number("sessionsTotal"),
        number("sessionsUsed"),
        number("sessionsRemaining"),
    )
}

/// The ledger of a purchase: kind, delta and balance of each entry.
pub fn ledger(purchase: &Value) -> Vec<(&str, i64, i64)> {
    let entries = purchase["ledger"]["nodes"].as_array().expect("entries");
    entries
        .iter()
        .map(|entry| {
            let number = |field: &str| entry[field].as_i64().expect("a number");
            (
                entry["kind"].as_str().expect("a kind"),
                number("delta"),
                number("balanceAfter"),
            )
        })
        .collect()
}

/// Books the studio's offer with a package.
pub async fn book(
    client: &Client,
    studio: &Studio,
    start_at: &str,
    more: Value,
) -> GraphQlResponse {
    let input = json!({ "offerId": studio.offer_id, "startAt": start_at });
    let selection = "booking { id status subtotal { amountMinor } discount { amountMinor } total { amountMinor } \
        deposit { required { amountMinor } } packagePurchase { id sessionsRemaining } } alternatives { startAt }";
    client
        .mutate("createBooking", with(input, more), selection)
        .await
}

/// Books with any package that will do, and answers the id of the booking.
pub async fn booked(client: &Client, studio: &Studio, start_at: &str) -> String {
    let booked = book(client, studio, start_at, json!({ "usePackage": true })).await;
    booked
        .expect_done("createBooking")
        .text("createBooking.booking.id")
        .to_owned()
}

/// Passes sessions on.
pub async fn transfer(client: &Client, purchase_id: &str, more: Value) -> GraphQlResponse {
    let selection =
        format!("purchase {{ {SEEN} transferredFrom {{ id }} }} source {{ {SEEN} }} replayed");
    let input = with(json!({ "purchaseId": purchase_id }), more);
    client.mutate("transferPackage", input, &selection).await
}

/// Gives a package back for money.
pub async fn refund(client: &Client, purchase_id: &str, more: Value) -> GraphQlResponse {
    let selection =
        format!("purchase {{ {SEEN} }} refund {{ id kind amount {{ amountMinor }} }} replayed");
    let input = with(json!({ "purchaseId": purchase_id }), more);
    client.mutate("refundPackage", input, &selection).await
}

/// Gives or takes sessions.
pub async fn adjust(client: &Client, purchase_id: &str, delta: i64) -> GraphQlResponse {
    let input = json!({ "purchaseId": purchase_id, "delta": delta, "reason": "put right" });
    let selection = format!("purchase {{ {SEEN} }}");
    client.mutate("adjustPackage", input, &selection).await
}
