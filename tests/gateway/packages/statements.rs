//! How many SQL statements a page of purchases takes: as many for one as for a hundred.

use futures_util::future::join_all;
use serde_json::json;
use tests::*;

use super::*;

/// What is read of each purchase. Each part alone takes a fixed number of statements; parts that are read side by side
/// ask for the same offers or bookings together or one after the other, by chance.
const PARTS: [&str; 4] = [
    "product { name offer { name } offers { name } }",
    "offers { name } payments { amount { amountMinor } }",
    "bookings(first: 10) { totalCount nodes { startAt units { resource { name } } } }",
    "ledger(first: 10) { nodes { kind balanceAfter booking { startAt } } }",
];

#[apply(on_both_databases!)]
async fn a_page_of_purchases_takes_the_same_number_of_statements_whatever_its_size(app: TestApp) {
    // All that there is at once, which nobody is allowed to ask for.
    let app = app.with_options(|options| options.limits.cost = 1_000_000);
    let studio = app.studio("yoga").capacity(200).build().await;
    let alice = app.as_user("alice");
    for number in 0..100 {
        let slug = format!("p{}", number % 7);
        let product = match number {
            0..7 => product(&studio, &slug, json!({})).await,
            _ => {
                let sql =
                    "{ business(by: { slug: \"yoga\" }) { packageProducts { nodes { id } } } }";
                let products = alice.graphql(sql, json!({})).await.expect_ok();
                products
                    .text(&format!("business.packageProducts.nodes.{}.id", number % 7))
                    .to_owned()
            }
        };
        let id = bought(&studio, &alice, &product).await;
        book(&alice, &studio, TEN, json!({ "packagePurchaseId": id }))
            .await
            .expect_done("createBooking");
    }
    let page = async |part: &str, first: usize| {
        let document = format!(
            "query ($first: Int) {{ viewer {{ packagePurchases(first: $first) {{ nodes {{ id status sessionsRemaining {part} }} }} }} }}"
        );
        let answer = alice.graphql(&document, json!({ "first": first })).await;
        let answer = answer.expect_ok();
        let nodes = answer.list("viewer.packagePurchases.nodes");
        assert_eq!(nodes.len(), first);
        nodes.to_vec()
    };
    for part in PARTS {
        page(part, 1).await;
        let (_, one) = app.counted(page(part, 1)).await;
        for first in [20, 100] {
            let (_, more) = app.counted(page(part, first)).await;
            assert_eq!(more.len(), one.len(), "{more}");
        }
        let clients = (0..16).map(|_| page(part, 100));
        let (_, together) = app.counted(join_all(clients)).await;
        assert_eq!(together.len(), 16 * one.len(), "16 clients at once");
    }
    let (nodes, whole) = app.counted(page(&PARTS.join(" "), 100)).await;
    assert!(nodes.iter().all(|node| node["bookings"]["totalCount"] == 1
        && node["ledger"]["nodes"].as_array().unwrap().len() == 2));
    assert!(whole.len() <= 18, "{whole}");

    let short = "query ($first: Int) { viewer { packagePurchases(first: $first) { nodes { product { name } sessionsRemaining bookings { nodes { id } } } } } }";
    let (_, statements) = app
        .counted(alice.graphql(short, json!({ "first": 100 })))
        .await;
    assert_eq!(
        statements.len(),
        4,
        "the viewer, the page, its products, its bookings: {statements}"
    );
}
