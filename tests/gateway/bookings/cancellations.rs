//! Calling a booking off: free in time, at a cost afterwards, and never for more than was said before.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::json;
use tests::*;

use super::{act, booked, bookings, claims, seen};

const TEN: &str = "2026-03-03T10:00:00Z";

/// 96 policies and moments; each dry run is compared with the real cancellation and with the policy.
#[apply(on_both_databases!)]
async fn a_dry_cancellation_foretells_what_the_real_one_then_costs(app: TestApp) {
    let alice = app.as_user("alice");
    for (number, (cutoff, fee)) in [
        (0, None),
        (0, Some(500)),
        (60, Some(500)),
        (60, Some(0)),
        (1440, Some(99_999)),
        (90, None),
    ]
    .into_iter()
    .enumerate()
    {
        app.set_time(MONDAY);
        let policy =
            json!({ "cutoffMin": cutoff, "lateFeeMinor": fee, "forfeitsSession": number % 2 == 0 });
        let studio = app
            .studio(&format!("s{number}"))
            .capacity(50)
            .term("cancellationPolicy", policy)
            .build()
            .await;
        let start = moment(TEN);
        let limit = start - TimeDelta::minutes(cutoff);
        let mut times: Vec<_> = [-1, 0, 1]
            .map(|by| limit + TimeDelta::microseconds(by))
            .to_vec();
        times.extend([-600, -61, -1, 0, 30].map(|by| start + TimeDelta::minutes(by)));
        times.sort();
        let mut ids = Vec::new();
        for _ in 0..2 * times.len() {
            ids.push(booked(&alice, &studio, TEN, json!({})).await);
        }
        for (number, id) in ids.into_iter().enumerate() {
            let (now, by_staff) = (times[number / 2], number % 2 == 1);
            app.set_time(&now.to_rfc3339_opts(SecondsFormat::Micros, true));
            let who = if by_staff { &studio.owner } else { &alice };
            let before = seen(&alice, &id).await;
            let dry = act(who, "cancelBooking", &id, json!({ "dryRun": true }))
                .await
                .expect_done("cancelBooking");
            assert_eq!(seen(&alice, &id).await, before);
            let real = act(who, "cancelBooking", &id, json!({}))
                .await
                .expect_done("cancelBooking");
            assert_eq!(
                dry.data("cancelBooking.booking"),
                real.data("cancelBooking.booking")
            );
            let cost = real.data("cancelBooking.booking.cancellation");
            let late = now > limit && !by_staff;
            let fee = fee.filter(|fee| late && *fee > 0);
            assert_eq!(cost["late"], late, "{now} {cutoff}");
            assert_eq!(cost["fee"]["amountMinor"], json!(fee), "{now} {cutoff}");
            assert_eq!(
                cost["sessionForfeited"], false,
                "nothing was paid with a package"
            );
        }
    }
}

#[apply(on_both_databases!)]
async fn a_cancelled_booking_frees_its_time(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let id = booked(&app.as_user("alice"), &studio, TEN, json!({})).await;

    let reason = json!({ "reason": "ill ☂" });
    act(&app.as_user("alice"), "cancelBooking", &id, reason)
        .await
        .expect_done("cancelBooking");

    assert_eq!(claims(&app).await, 0);
    studio
        .book(&app.as_user("bob"), TEN)
        .await
        .expect_done("createBooking");
    assert_eq!(bookings(&app).await, 2);
}
