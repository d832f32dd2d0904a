//! Moving a booking, and calling it off.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::*;

use super::{act, booked, bookings, claims, seen};

const TEN: &str = "2026-03-03T10:00:00Z";
const HALF_PAST: &str = "2026-03-03T10:30:00Z";
const NOON: &str = "2026-03-03T12:00:00Z";

fn to(start: &str) -> Value {
    json!({ "startAt": start })
}

#[apply(on_both_databases!)]
async fn a_booking_moves_also_onto_its_own_time(app: TestApp) {
    let studio = app.studio("yoga").buffers(10, 10).build().await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, TEN, json!({})).await;

    let moved = act(&alice, "rescheduleBooking", &id, to(HALF_PAST))
        .await
        .expect_done("rescheduleBooking");

    assert_eq!(moved.text("rescheduleBooking.booking.startAt"), HALF_PAST);
    assert_eq!(moved.data("rescheduleBooking.booking.version"), 2);
    assert_eq!(claims(&app).await, 1);
    let bob = studio
        .book(&app.as_user("bob"), "2026-03-03T09:00:00Z")
        .await;
    bob.expect_done("createBooking");
}

#[apply(on_both_databases!)]
async fn the_old_time_is_kept_when_the_new_one_is_refused(app: TestApp) {
    let studio = app.studio("clinic").people(1).build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = booked(&alice, &studio, TEN, json!({})).await;
    booked(&bob, &studio, NOON, json!({})).await;
    let before = seen(&alice, &id).await;

    for (start, code) in [
        (NOON, "SLOT_TAKEN"),
        ("2026-03-03T11:30:00Z", "SLOT_TAKEN"),
        ("2026-03-03T20:00:00Z", "OUTSIDE_HOURS"),
        ("2026-03-03T10:07:00Z", "NOT_BOOKABLE"),
        ("2026-03-02T08:00:00Z", "TOO_SOON"),
        ("2027-03-03T10:00:00Z", "TOO_FAR"),
    ] {
        let refused = act(&alice, "rescheduleBooking", &id, to(start)).await;
        assert_eq!(refused.user_errors("rescheduleBooking"), [code], "{start}");
        assert_eq!(seen(&alice, &id).await, before, "{start}");
    }
    assert_eq!(claims(&app).await, 4);
    let rival = studio.book(&bob, TEN).await;
    assert_eq!(rival.user_errors("createBooking"), ["SLOT_TAKEN"]);
}

#[apply(on_both_databases!)]
async fn what_a_refused_move_offers_instead_can_be_had(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, TEN, json!({})).await;
    booked(
        &app.as_user("bob"),
        &studio,
        "2026-03-03T11:00:00Z",
        json!({}),
    )
    .await;

    let input = json!({ "bookingId": id, "startAt": HALF_PAST });
    let refused = alice
        .mutate("rescheduleBooking", input, "alternatives { startAt }")
        .await;

    let others = refused.list("rescheduleBooking.alternatives");
    assert_eq!(others.len(), 3, "{}", refused.body);
    for other in others {
        let more = json!({ "startAt": other["startAt"], "dryRun": true });
        act(&alice, "rescheduleBooking", &id, more)
            .await
            .expect_done("rescheduleBooking");
    }
}

#[apply(on_both_databases!)]
async fn a_dry_move_leaves_nothing_and_foretells_the_real_one(app: TestApp) {
    let studio = app
        .studio("massage")
        .flexible(30, 120, 30)
        .term("unitPriceMinor", json!(700))
        .term("unitMin", json!(30))
        .build()
        .await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, TEN, json!({ "durationMin": 60 })).await;
    let before = seen(&alice, &id).await;
    let to = json!({ "startAt": NOON, "durationMin": 120 });

    let dry = act(
        &alice,
        "rescheduleBooking",
        &id,
        super::with(to.clone(), json!({ "dryRun": true })),
    )
    .await;
    assert_eq!(seen(&alice, &id).await, before);
    let real = act(&alice, "rescheduleBooking", &id, to)
        .await
        .expect_done("rescheduleBooking");

    assert_eq!(
        dry.data("rescheduleBooking.booking"),
        real.data("rescheduleBooking.booking")
    );
    let after = seen(&alice, &id).await;
    assert_eq!(after, *real.data("rescheduleBooking.booking"));
    assert_eq!(after["total"]["amountMinor"], 5000 + 4 * 700);
    assert_eq!(
        after["requestedDurationMin"], 120,
        "the customer asks for 120 minutes now"
    );
}

#[apply(on_both_databases!)]
async fn a_pair_stays_together_when_staff_confirm_the_length(app: TestApp) {
    let studio = app
        .studio("clinic")
        .people(2)
        .flexible(30, 120, 30)
        .build()
        .await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    // The second person serves Alice, for the first is taken; and is free again before she comes.
    let rooms = app.studio("other").build().await;
    drop(rooms);
    let first = booked(
        &bob,
        &studio,
        NOON,
        json!({ "secondaryResourceId": studio.secondary_ids[0] }),
    )
    .await;
    act(&bob, "cancelBooking", &first, json!({}))
        .await
        .expect_done("cancelBooking");
    let id = booked(
        &alice,
        &studio,
        TEN,
        json!({ "secondaryResourceId": studio.secondary_ids[1] }),
    )
    .await;

    let set = act(
        &studio.owner,
        "setBookingDuration",
        &id,
        json!({ "durationMin": 90 }),
    )
    .await;

    let set = set.expect_done("setBookingDuration");
    assert_eq!(
        set.text("setBookingDuration.booking.endAt"),
        "2026-03-03T11:30:00Z"
    );
    assert_eq!(
        set.data("setBookingDuration.booking.confirmedDurationMin"),
        90
    );
    let unit = set.data("setBookingDuration.booking.units.0");
    assert_eq!(
        unit["secondaryResource"]["id"],
        json!(studio.secondary_ids[1])
    );
}

#[apply(on_both_databases!)]
async fn a_length_that_does_not_fit_changes_nothing(app: TestApp) {
    let studio = app.studio("massage").flexible(30, 120, 30).build().await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, TEN, json!({})).await;
    booked(
        &app.as_user("bob"),
        &studio,
        "2026-03-03T11:00:00Z",
        json!({}),
    )
    .await;
    let before = seen(&alice, &id).await;

    for (minutes, code) in [
        (90, "SLOT_TAKEN"),
        (45, "DURATION_NOT_ALLOWED"),
        (150, "DURATION_NOT_ALLOWED"),
        (-30, "DURATION_NOT_ALLOWED"),
        (0, "DURATION_NOT_ALLOWED"),
        (i32::MAX, "DURATION_NOT_ALLOWED"),
    ] {
        let refused = act(
            &studio.owner,
            "setBookingDuration",
            &id,
            json!({ "durationMin": minutes }),
        )
        .await;
        assert_eq!(
            refused.user_errors("setBookingDuration"),
            [code],
            "{minutes}"
        );
        assert_eq!(seen(&alice, &id).await, before);
    }
    let forbidden = act(
        &alice,
        "setBookingDuration",
        &id,
        json!({ "durationMin": 30 }),
    )
    .await;
    assert_eq!(forbidden.error_code(), "FORBIDDEN");
}

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

#[apply(on_both_databases!)]
async fn of_fifty_changes_of_one_version_one_is_made(app: TestApp) {
    let studio = app.studio("massage").flexible(30, 240, 30).build().await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, TEN, json!({})).await;

    let answers = together(50, |number| {
        let (owner, alice, id) = (studio.owner.clone(), alice.clone(), id.clone());
        async move {
            let version = |more: Value| super::with(json!({ "expectedVersion": 1 }), more);
            let (who, mutation, more) = match number % 4 {
                0 => (
                    owner,
                    "setBookingDuration",
                    version(json!({ "durationMin": 30 * (1 + number % 8) })),
                ),
                1 => (
                    alice,
                    "rescheduleBooking",
                    version(json!({ "startAt": NOON })),
                ),
                2 => (
                    owner,
                    "setPaymentTerms",
                    version(json!({ "paymentTerms": "NET_15" })),
                ),
                _ => (alice, "cancelBooking", version(json!({}))),
            };
            let answer = act(&who, mutation, &id, more).await.expect_ok();
            answer
                .user_errors(mutation)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        }
    })
    .await;

    assert_eq!(answers.iter().filter(|errors| errors.is_empty()).count(), 1);
    assert_eq!(
        answers
            .iter()
            .filter(|errors| **errors == ["VERSION_CONFLICT"])
            .count(),
        49
    );
    assert_eq!(seen(&alice, &id).await["version"], 2);
}
