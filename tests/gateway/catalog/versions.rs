//! Offers and their versions: drafted, published, never changed again.

use serde_json::{Value, json};
use tests::*;

use super::{draft, refusal, terms};

const VERSION: &str = "offerVersion { id version status durationMode defaultDurationMin \
    minDurationMin maxDurationMin durationStepMin slotIntervalMin basePrice { amountMinor currency } \
    unitPrice { amountMinor } unitMin requiresApproval requiresDeposit depositPercentBps \
    minGapBetweenBookingsMin leadTimeMin horizonDays \
    cancellationPolicy { cutoffMin lateFee { amountMinor } forfeitsSession } \
    primaryResources { id } secondaryResources { id } offer { id } }";
const PUBLISH: &str = "offerVersion { id status offer { isPublished currentVersion { id } } }";

#[apply(on_both_databases!)]
async fn a_version_keeps_the_terms_that_it_was_given(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).people(1).build().await;
    let input = json!({
        "offerId": studio.offer_id,
        "durationMode": "FLEXIBLE",
        "defaultDurationMin": 60, "minDurationMin": 30, "maxDurationMin": 120, "durationStepMin": 30,
        "slotIntervalMin": 30,
        "basePriceMinor": 1000, "unitPriceMinor": 500, "unitMin": 30,
        "requiresApproval": true, "requiresDeposit": true, "depositPercentBps": 2500,
        "minGapBetweenBookingsMin": 10, "leadTimeMin": 120, "horizonDays": 30,
        "cancellationPolicy": { "cutoffMin": 1440, "lateFeeMinor": 900, "forfeitsSession": true },
        "primaryResourceIds": [studio.resource_ids[1], studio.resource_ids[0]],
        "secondaryResourceIds": studio.secondary_ids,
    });

    let answer = studio
        .owner
        .mutate("createOfferVersion", input, VERSION)
        .await
        .expect_done("createOfferVersion");

    let mut version = answer.data("createOfferVersion.offerVersion").clone();
    version.as_object_mut().unwrap().remove("id");
    assert_eq!(
        version,
        json!({
            "version": 2, "status": "DRAFT", "durationMode": "FLEXIBLE",
            "defaultDurationMin": 60, "minDurationMin": 30, "maxDurationMin": 120,
            "durationStepMin": 30, "slotIntervalMin": 30,
            "basePrice": { "amountMinor": 1000, "currency": "EUR" },
            "unitPrice": { "amountMinor": 500 }, "unitMin": 30,
            "requiresApproval": true, "requiresDeposit": true, "depositPercentBps": 2500,
            "minGapBetweenBookingsMin": 10, "leadTimeMin": 120, "horizonDays": 30,
            "cancellationPolicy": {
                "cutoffMin": 1440, "lateFee": { "amountMinor": 900 }, "forfeitsSession": true,
            },
            "primaryResources": [
                { "id": studio.resource_ids[1] }, { "id": studio.resource_ids[0] },
            ],
            "secondaryResources": [{ "id": studio.secondary_ids[0] }],
            "offer": { "id": studio.offer_id },
        })
    );
}

#[apply(on_both_databases!)]
async fn what_is_left_out_is_as_usual(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answer = studio
        .owner
        .mutate("createOfferVersion", terms(&studio), VERSION)
        .await
        .expect_done("createOfferVersion");

    for (field, expected) in [
        ("durationMode", json!("FIXED")),
        ("minDurationMin", Value::Null),
        ("slotIntervalMin", json!(15)),
        ("unitPrice", Value::Null),
        ("requiresApproval", json!(false)),
        ("requiresDeposit", json!(false)),
        ("leadTimeMin", json!(0)),
        ("horizonDays", json!(90)),
        (
            "cancellationPolicy",
            json!({ "cutoffMin": 0, "lateFee": null, "forfeitsSession": false }),
        ),
        ("secondaryResources", json!([])),
    ] {
        let path = format!("createOfferVersion.offerVersion.{field}");
        assert_eq!(answer.data(&path), &expected, "{field}");
    }
}

#[apply(on_both_databases!)]
async fn publishing_supersedes_the_version_before_and_leaves_its_bookings(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let booked = studio
        .book(&alice, "2026-03-03T10:00:00Z")
        .await
        .expect_done("createBooking");
    let id = draft(&studio).await;

    let answer = studio
        .owner
        .mutate(
            "publishOfferVersion",
            json!({ "offerVersionId": id }),
            PUBLISH,
        )
        .await
        .expect_done("publishOfferVersion");

    let version = "publishOfferVersion.offerVersion";
    assert_eq!(answer.text(&format!("{version}.status")), "PUBLISHED");
    assert_eq!(
        answer.text(&format!("{version}.offer.currentVersion.id")),
        id
    );
    let old = json!({ "id": studio.offer_version_id });
    let seen = "query ($id: ID!) { node(id: $id) { ... on OfferVersion { status } } }";
    let answer = app.anonymous().graphql(seen, old).await.expect_ok();
    assert_eq!(answer.text("node.status"), "SUPERSEDED");
    let booking = json!({ "id": booked.text("createBooking.booking.id") });
    let seen =
        "query ($id: ID!) { booking(id: $id) { total { amountMinor } offerVersion { id } } }";
    let answer = alice.graphql(seen, booking).await.expect_ok();
    assert_eq!(answer.data("booking.total.amountMinor"), &json!(5000));
    assert_eq!(
        answer.text("booking.offerVersion.id"),
        studio.offer_version_id
    );
}

#[apply(on_both_databases!)]
async fn a_version_is_published_once(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let id = draft(&studio).await;

    let answers = together(8, |_| {
        let (owner, id) = (studio.owner.clone(), id.clone());
        async move {
            let input = json!({ "offerVersionId": id });
            owner.mutate("publishOfferVersion", input, PUBLISH).await
        }
    })
    .await;

    let refused: Vec<_> = answers
        .iter()
        .filter(|answer| !answer.user_errors("publishOfferVersion").is_empty())
        .map(|answer| refusal(answer, "publishOfferVersion"))
        .collect();
    assert_eq!(refused.len(), 7);
    let expected = ("INVALID_STATE".to_owned(), "offerVersionId".to_owned());
    assert!(
        refused.iter().all(|refusal| *refusal == expected),
        "{refused:?}"
    );
}

#[apply(on_both_databases!)]
async fn versions_are_numbered_and_published_one_at_a_time(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = together(8, |_| {
        let studio = studio.clone();
        async move {
            let id = draft(&studio).await;
            let input = json!({ "offerVersionId": id });
            studio
                .owner
                .mutate("publishOfferVersion", input, PUBLISH)
                .await
        }
    })
    .await;

    for answer in answers {
        answer.expect_done("publishOfferVersion");
    }
    let all = "query ($id: ID!) { offer(id: $id) { versions { nodes { version status } } } }";
    let variables = json!({ "id": studio.offer_id });
    let answer = studio.owner.graphql(all, variables).await.expect_ok();
    let versions = answer.list("offer.versions.nodes");
    let numbers: Vec<_> = versions
        .iter()
        .map(|version| version["version"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    let published = versions
        .iter()
        .filter(|version| version["status"] == "PUBLISHED");
    assert_eq!(published.count(), 1, "{}", answer.body);
}

#[apply(on_both_databases!)]
async fn what_could_never_be_booked_is_not_published(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let van = json!({
        "businessId": studio.business_id, "type": "ASSET", "name": "Van", "slug": "van",
    });
    let answer = studio
        .owner
        .mutate("createResource", van, "resource { id }")
        .await
        .expect_done("createResource");
    let van = answer.text("createResource.resource.id");
    let mut input = terms(&studio);
    input["primaryResourceIds"] = json!([van]);
    let answer = studio
        .owner
        .mutate("createOfferVersion", input, "offerVersion { id }")
        .await
        .expect_done("createOfferVersion");
    let version = json!({ "offerVersionId": answer.text("createOfferVersion.offerVersion.id") });
    let publish = || {
        studio
            .owner
            .mutate("publishOfferVersion", version.clone(), PUBLISH)
    };

    let answer = publish().await;
    let expected = ("INVALID_STATE".to_owned(), "offerVersionId".to_owned());
    assert_eq!(refusal(&answer, "publishOfferVersion"), expected);

    let hours = json!({
        "resourceId": van,
        "weekly": [{ "weekday": "MONDAY", "opensAt": "09:00", "closesAt": "17:00" }],
    });
    let answer = studio.owner.mutate("setOpeningHours", hours, "").await;
    answer.expect_done("setOpeningHours");
    publish().await.expect_done("publishOfferVersion");
}
