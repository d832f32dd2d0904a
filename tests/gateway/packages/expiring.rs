//! Time: until when a package is good, by the clocks of its business, swept or not.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn a_package_is_good_to_the_end_of_its_last_day_in_the_business_s_zone(app: TestApp) {
    for (zone, day, last, over) in [
        // 28 March 2026 in Berlin ends at 23:00 UTC, the day before the clocks change.
        (
            "Europe/Berlin",
            "2026-03-28",
            "2026-03-28T22:59:59.999999Z",
            "2026-03-28T23:00:00Z",
        ),
        (
            "Pacific/Auckland",
            "2026-03-28",
            "2026-03-28T10:59:59.999999Z",
            "2026-03-28T11:00:00Z",
        ),
        (
            "America/Los_Angeles",
            "2026-03-28",
            "2026-03-29T06:59:59.999999Z",
            "2026-03-29T07:00:00Z",
        ),
    ] {
        app.set_time(MONDAY);
        let slug = zone.to_lowercase().replace(['/', '_'], "-");
        let studio = app
            .studio(&slug)
            .zone(zone)
            .capacity(20)
            .owned_by(&slug)
            .build()
            .await;
        let days = (moment(over) - moment(MONDAY)).num_days();
        let fixed = product(
            &studio,
            "fixed",
            json!({ "expiryType": "FIXED_DATE", "expiryDate": day }),
        )
        .await;
        let alice = app.as_user("alice");
        let id = bought(&studio, &alice, &fixed).await;
        assert_eq!(seen(&alice, &id).await["expiresAt"], over, "{days}");
        app.set_time(last);
        let slot = |hours| (moment(over) + TimeDelta::hours(hours)).to_rfc3339();
        // The time itself may be taken or closed; that the package pays is what counts.
        let dry = json!({ "packagePurchaseId": id, "dryRun": true });
        let mut codes = Vec::new();
        for hours in 0..72 {
            let answer = book(&alice, &studio, &slot(hours), dry.clone()).await;
            codes.extend(
                answer
                    .user_errors("createBooking")
                    .into_iter()
                    .map(str::to_owned),
            );
            if answer.user_errors("createBooking").is_empty() {
                codes.push("DONE".to_owned());
                break;
            }
        }
        assert_eq!(
            codes.last().map(String::as_str),
            Some("DONE"),
            "{zone} {codes:?}"
        );
        app.set_time(over);
        assert_eq!(
            counts(&seen(&alice, &id).await),
            ("EXPIRED", 0, 0, 0),
            "{zone}"
        );
        let mut codes = Vec::new();
        for hours in 1..72 {
            let answer = book(&alice, &studio, &slot(hours), dry.clone()).await;
            codes.extend(
                answer
                    .user_errors("createBooking")
                    .into_iter()
                    .map(str::to_owned),
            );
        }
        assert!(
            codes.contains(&"PACKAGE_EXPIRED".to_owned()) && !codes.is_empty(),
            "{zone} {codes:?}"
        );
        assert_eq!(codes.len(), 71, "{zone}: nothing is booked");
    }
}

#[apply(on_both_databases!)]
async fn days_count_from_the_day_on_which_it_is_paid(app: TestApp) {
    let studio = app.studio("yoga").zone("Europe/Berlin").build().await;
    let month = product(
        &studio,
        "month",
        json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 30 }),
    )
    .await;
    let alice = app.as_user("alice");
    let id = ordered(&alice, &month).await;
    assert_eq!(seen(&alice, &id).await["expiresAt"], Value::Null);
    // In Berlin it is 11 March already.
    app.set_time("2026-03-10T23:30:00Z");

    pay(&studio.owner, &id, 10_000)
        .await
        .expect_done("recordPayment");

    let purchase = seen(&alice, &id).await;
    assert_eq!(purchase["activatedAt"], "2026-03-10T23:30:00Z");
    assert_eq!(
        purchase["expiresAt"], "2026-04-10T22:00:00Z",
        "30 days after 11 March is 10 April"
    );
}

#[apply(on_both_databases!)]
async fn what_has_expired_is_so_at_once_in_every_read_and_write_and_the_sweep_writes_it_down_once(
    app: TestApp,
) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let soon = product(
        &studio,
        "soon",
        json!({ "expiryType": "FIXED_DATE", "expiryDate": "2026-03-02" }),
    )
    .await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &soon).await;
    booked(&alice, &studio, TEN).await;
    let unpaid = ordered(&alice, &soon).await;
    let part = ordered(&alice, &soon).await;
    pay(&studio.owner, &part, 4_000)
        .await
        .expect_done("recordPayment");
    let listed = async |status: &str| {
        let document = "query ($status: [PackagePurchaseStatus!]) { viewer { packagePurchases(status: $status) { totalCount nodes { id } } } }";
        let answer = alice
            .graphql(document, json!({ "status": [status] }))
            .await
            .expect_ok();
        answer
            .data("viewer.packagePurchases.totalCount")
            .as_i64()
            .unwrap()
    };
    assert_eq!(
        (
            listed("ACTIVE").await,
            listed("PENDING_PAYMENT").await,
            listed("EXPIRED").await
        ),
        (1, 2, 0)
    );

    app.set_time("2026-03-03T00:00:00Z");
    for swept in [false, true] {
        assert_eq!(
            counts(&seen(&alice, &id).await),
            ("EXPIRED", 1, 1, 0),
            "swept: {swept}"
        );
        assert_eq!(counts(&seen(&alice, &unpaid).await), ("EXPIRED", 0, 0, 0));
        assert_eq!(
            (
                listed("ACTIVE").await,
                listed("PENDING_PAYMENT").await,
                listed("EXPIRED").await
            ),
            (0, 0, 3)
        );
        for how in [
            json!({ "usePackage": true }),
            json!({ "packagePurchaseId": id }),
        ] {
            let refused = book(&alice, &studio, "2026-03-04T10:00:00Z", how).await;
            assert_eq!(refused.user_errors("createBooking"), ["PACKAGE_EXPIRED"]);
        }
        assert_eq!(
            transfer(&alice, &id, json!({ "toEmail": "bob@example.test" }))
                .await
                .user_errors("transferPackage"),
            ["PACKAGE_EXPIRED"]
        );
        assert_eq!(
            adjust(&studio.owner, &id, 1)
                .await
                .user_errors("adjustPackage"),
            ["PACKAGE_EXPIRED"]
        );
        assert_eq!(
            refund(&studio.owner, &id, json!({}))
                .await
                .user_errors("refundPackage"),
            ["PACKAGE_EXPIRED"]
        );
        assert_eq!(
            pay(&studio.owner, &unpaid, 10_000)
                .await
                .user_errors("recordPayment"),
            ["INVALID_STATE"]
        );
        let sold = alice
            .mutate("purchasePackage", json!({ "productId": soon }), "replayed")
            .await;
        assert_eq!(sold.user_errors("purchasePackage"), ["PACKAGE_EXPIRED"]);
        if !swept {
            let workers = [app.clone(), app.another_instance().await];
            let reports = together(8, move |number| {
                let gateway = workers[number % 2].gateway.clone();
                async move { worker::tick(&gateway).await.unwrap() }
            })
            .await;
            assert_eq!(
                reports.iter().map(|report| report.packages).sum::<u64>(),
                3,
                "{reports:?}"
            );
            assert_eq!(worker::tick(&app.gateway).await.unwrap().packages, 0);
        }
    }
    assert_eq!(
        ledger(&seen(&alice, &id).await),
        [("PURCHASE", 10, 10), ("REDEEM", -1, 9), ("EXPIRE", -9, 0)]
    );
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM domain_events WHERE kind = 'package.expired'"
        )
        .await,
        3
    );
    // What was paid in part for what never began is given back.
    let back = json!({ "purchaseId": part, "kind": "REFUND", "amountMinor": 4_000 });
    studio
        .owner
        .mutate(
            "recordPayment",
            back,
            "purchase { refunded { amountMinor } }",
        )
        .await
        .expect_done("recordPayment");
}
