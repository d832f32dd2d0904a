//! Opening hours: written down as a whole, checked field by field.

use serde_json::{Value, json};
use tests::*;

use super::refusal;

const HOURS: &str = "openingHours { weekly { weekday opensAt closesAt } exceptions { date opensAt closesAt reason } }";

async fn set(studio: &Studio, weekly: Value, exceptions: Value) -> GraphQlResponse {
    let input = json!({
        "locationId": studio.location_id, "weekly": weekly, "exceptions": exceptions,
    });
    studio.owner.mutate("setOpeningHours", input, HOURS).await
}

fn weekly(weekday: &str, opens_at: &str, closes_at: &str) -> Value {
    json!({ "weekday": weekday, "opensAt": opens_at, "closesAt": closes_at })
}

#[apply(on_both_databases!)]
async fn the_hours_are_replaced_by_what_was_given(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answer = set(
        &studio,
        json!([
            weekly("SUNDAY", "22:00", "02:00"),
            weekly("MONDAY", "13:00", "17:00"),
            weekly("MONDAY", "09:00", "12:30"),
        ]),
        json!([
            { "date": "2026-12-25", "reason": "Christmas" },
            { "date": "2026-12-24", "opensAt": "09:00", "closesAt": "12:00" },
        ]),
    )
    .await
    .expect_done("setOpeningHours");

    let expected = json!({
        "weekly": [
            weekly("MONDAY", "09:00", "12:30"),
            weekly("MONDAY", "13:00", "17:00"),
            weekly("SUNDAY", "22:00", "02:00"),
        ],
        "exceptions": [
            { "date": "2026-12-24", "opensAt": "09:00", "closesAt": "12:00", "reason": null },
            { "date": "2026-12-25", "opensAt": null, "closesAt": null, "reason": "Christmas" },
        ],
    });
    assert_eq!(answer.data("setOpeningHours.openingHours"), &expected);
    let read = format!("query ($id: ID!) {{ node(id: $id) {{ ... on Location {{ {HOURS} }} }} }}");
    let location = json!({ "id": studio.location_id });
    let answer = app.anonymous().graphql(&read, location).await.expect_ok();
    assert_eq!(answer.data("node.openingHours"), &expected);

    // Monday from 9 to 12:30: what is searched and booked follows.
    let alice = app.as_user("alice");
    let answer = studio.book(&alice, "2026-03-09T12:00:00Z").await;
    assert_eq!(answer.user_errors("createBooking"), ["OUTSIDE_HOURS"]);
    studio
        .book(&alice, "2026-03-09T11:30:00Z")
        .await
        .expect_done("createBooking");

    let answer = set(&studio, json!([]), json!([])).await;
    let answer = answer.expect_done("setOpeningHours");
    let closed = json!({ "weekly": [], "exceptions": [] });
    assert_eq!(answer.data("setOpeningHours.openingHours"), &closed);
}

#[apply(on_both_databases!)]
async fn a_resource_has_hours_of_its_own_once_they_are_set(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let read = "query ($id: ID!) { node(id: $id) { ... on Resource { openingHours { weekly { weekday } } } } }";
    let resource = json!({ "id": studio.resource_ids[0] });

    let answer = app.anonymous().graphql(read, resource.clone()).await;
    assert!(answer.expect_ok().data("node.openingHours").is_null());

    let input = json!({
        "resourceId": studio.resource_ids[0], "weekly": [weekly("MONDAY", "10:00", "11:00")],
    });
    let answer = studio.owner.mutate("setOpeningHours", input, HOURS).await;
    answer.expect_done("setOpeningHours");
    let answer = app.anonymous().graphql(read, resource).await.expect_ok();
    assert_eq!(answer.text("node.openingHours.weekly.0.weekday"), "MONDAY");
}

#[apply(on_both_databases!)]
async fn hours_that_make_no_sense_are_refused_where_they_do_not(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let many = |count: usize| -> Value {
        let times = (0..count).map(|minute| {
            let at = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
            weekly("MONDAY", &at(minute), &at(minute + 1))
        });
        times.collect()
    };
    let days = |count: u64| -> Value {
        let first = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let dates = (0..count).map(|day| json!({ "date": first + chrono::Days::new(day) }));
        dates.collect()
    };

    for (times, exceptions, field) in [
        (
            json!([
                weekly("MONDAY", "09:00", "12:00"),
                weekly("TUESDAY", "09:00", "12:00"),
                weekly("MONDAY", "11:00", "13:00"),
            ]),
            json!([]),
            "weekly.2.opensAt",
        ),
        (
            json!([
                weekly("SUNDAY", "22:00", "03:00"),
                weekly("MONDAY", "02:00", "04:00")
            ]),
            json!([]),
            "weekly.1.opensAt",
        ),
        (many(101), json!([]), "weekly"),
        (
            json!([]),
            json!([{ "date": "2026-12-24", "opensAt": "09:00" }]),
            "exceptions.0.closesAt",
        ),
        (
            json!([]),
            json!([{ "date": "2026-12-24" }, { "date": "2026-12-25", "closesAt": "09:00" }]),
            "exceptions.1.opensAt",
        ),
        (
            json!([]),
            json!([{ "date": "2026-12-24" }, { "date": "2026-12-24" }]),
            "exceptions.1.date",
        ),
        (
            json!([]),
            json!([{ "date": "2026-12-24", "reason": "x".repeat(201) }]),
            "exceptions.0.reason",
        ),
        (
            json!([]),
            json!([{ "date": "2026-12-24", "reason": "a\u{0}b" }]),
            "exceptions.0.reason",
        ),
        (json!([]), days(1001), "exceptions"),
    ] {
        let answer = set(&studio, times, exceptions).await;
        let expected = ("INVALID_INPUT".to_owned(), field.to_owned());
        assert_eq!(refusal(&answer, "setOpeningHours"), expected);
    }
    set(&studio, many(100), days(1000))
        .await
        .expect_done("setOpeningHours");
}

#[apply(on_both_databases!)]
async fn the_hours_have_one_owner(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    for input in [
        json!({ "weekly": [] }),
        json!({
            "locationId": studio.location_id, "resourceId": studio.resource_ids[0], "weekly": [],
        }),
    ] {
        let answer = studio.owner.mutate("setOpeningHours", input, HOURS).await;
        let expected = ("INVALID_INPUT".to_owned(), "locationId".to_owned());
        assert_eq!(refusal(&answer, "setOpeningHours"), expected);
    }
}

#[apply(on_both_databases!)]
async fn of_many_at_once_one_has_the_last_word(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = together(8, |number| {
        let studio = studio.clone();
        async move {
            let day = weekly("MONDAY", "09:00", &format!("{}:00", 10 + number));
            set(&studio, json!([day]), json!([{ "date": "2026-12-25" }])).await
        }
    })
    .await;

    for answer in answers {
        let answer = answer.expect_done("setOpeningHours");
        let hours = "setOpeningHours.openingHours";
        assert_eq!(answer.list(&format!("{hours}.weekly")).len(), 1);
        assert_eq!(answer.list(&format!("{hours}.exceptions")).len(), 1);
    }
    let read = format!("query ($id: ID!) {{ node(id: $id) {{ ... on Location {{ {HOURS} }} }} }}");
    let location = json!({ "id": studio.location_id });
    let answer = app.anonymous().graphql(&read, location).await.expect_ok();
    assert_eq!(answer.list("node.openingHours.weekly").len(), 1);
    assert_eq!(answer.list("node.openingHours.exceptions").len(), 1);
}
