//! How many SQL statements a page of purchases takes: as many for one as for a hundred.

use futures_util::future::join_all;
use serde_json::json;
use tests::*;

use super::*;

const PAGE: &str = "query ($first: Int) { viewer { packagePurchases(first: $first) { nodes { id status sessionsRemaining
    product { name offer { name } offers { name } } offers { name } payments { amount { amountMinor } }
    bookings(first: 10) { totalCount nodes { startAt units { resource { name } } } }
    ledger(first: 10) { nodes { kind balanceAfter booking { startAt } } } } } } }";

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
    let page = |first: usize| alice.graphql(PAGE, json!({ "first": first }));
    page(1).await.expect_ok();

    let (one, statements) = app.counted(page(1)).await;
    assert_eq!(
        one.expect_ok().list("viewer.packagePurchases.nodes").len(),
        1
    );
    for first in [20, 100] {
        let (answer, more) = app.counted(page(first)).await;
        let answer = answer.expect_ok();
        let nodes = answer.list("viewer.packagePurchases.nodes");
        assert_eq!(nodes.len(), first);
        assert!(nodes.iter().all(|node| node["bookings"]["totalCount"] == 1
            && node["ledger"]["nodes"].as_array().unwrap().len() == 2));
        assert_eq!(more.len(), statements.len(), "{more}");
    }
    assert!(statements.len() <= 16, "{statements}");
    let (answers, together) = app.counted(join_all((0..16).map(|_| page(100)))).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.expect_ok().body.len() > 1000)
    );
    assert_eq!(together.len(), 16 * statements.len(), "16 clients at once");

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
