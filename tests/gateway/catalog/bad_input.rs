//! Input that makes no sense: refused at the field at fault, never a fault of ours.

use serde_json::{Value, json};
use tests::*;

use super::mutations::Mutation;
use super::{mutations, refusal, terms};

/// Sends the owner's good input for one of `all` with a bad value at a dotted path.
async fn refused(studio: &Studio, all: &[Mutation], mutation: &str, path: &str, value: Value) {
    let mutation = all.iter().find(|one| one.name == mutation).unwrap();
    let what = format!("{} {path} {value}", mutation.name);
    refused_with(
        studio,
        mutation.name,
        mutation.input.clone(),
        path,
        path,
        value,
        &what,
    )
    .await;
}

async fn refused_with(
    studio: &Studio,
    mutation: &str,
    mut input: Value,
    path: &str,
    field: &str,
    value: Value,
    what: &str,
) {
    let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer = match parents {
        "" => String::new(),
        _ => format!("/{}", parents.replace('.', "/")),
    };
    match input.pointer_mut(&pointer).unwrap() {
        Value::Array(list) => {
            let index: usize = last.parse().unwrap();
            match list.get_mut(index) {
                Some(item) => *item = value,
                None => list.push(value),
            }
        }
        parent => parent[last] = value,
    }
    let answer = studio.owner.mutate(mutation, input, "").await;
    assert!(answer.error_codes().is_empty(), "{what}: {}", answer.body);
    let expected = ("INVALID_INPUT".to_owned(), field.to_owned());
    assert_eq!(refusal(&answer, mutation), expected, "{what}");
}

#[apply(on_both_databases!)]
async fn names_and_slugs_are_checked(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let all = mutations::all(&studio, 0).await;
    let lines = ["", "  ", "a\0b", "a\nb", "\u{7f}"].map(str::to_owned);
    let long = [201, 40_000].map(|length| "x".repeat(length));

    for mutation in [
        "createLocation",
        "createVenue",
        "createResource",
        "createOffer",
        "createCustomer",
        "updateResource",
    ] {
        for name in lines.iter().chain(&long) {
            refused(&studio, &all, mutation, "name", json!(name)).await;
        }
    }
    for mutation in [
        "createLocation",
        "createVenue",
        "createResource",
        "createOffer",
    ] {
        for slug in [
            "",
            "Upper",
            "a b",
            "ä",
            "a_b",
            "a\0",
            &"x".repeat(121),
            &"x".repeat(40_000),
        ] {
            refused(&studio, &all, mutation, "slug", json!(slug)).await;
        }
    }
    let business = json!({ "name": "New", "slug": "new", "timeZone": "UTC", "currency": "EUR" });
    for (field, value) in [
        ("name", json!("a\0b")),
        ("slug", json!("A")),
        ("name", json!("x".repeat(40_000))),
    ] {
        refused_with(
            &studio,
            "createBusiness",
            business.clone(),
            field,
            field,
            value,
            field,
        )
        .await;
    }
}

#[apply(on_both_databases!)]
async fn ids_of_another_kind_are_refused(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let all = mutations::all(&studio, 0).await;

    for mutation in &all {
        for wrong in [
            "",
            "nonsense",
            "biz_",
            "evt_0",
            &studio.offer_version_id[..10],
            "\0",
        ] {
            let (name, field) = (mutation.name, mutation.field);
            let input = mutation.input.clone();
            refused_with(&studio, name, input, field, field, json!(wrong), name).await;
        }
    }
    for (mutation, field) in [
        ("createVenue", "locationId"),
        ("createResource", "locationId"),
        ("updateResource", "locationId"),
        ("createOfferVersion", "primaryResourceIds.0"),
    ] {
        refused(&studio, &all, mutation, field, json!(studio.offer_id)).await;
    }
}

#[apply(on_both_databases!)]
async fn numbers_and_texts_out_of_range_are_refused(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let all = mutations::all(&studio, 0).await;

    for (mutation, field, values) in [
        (
            "createLocation",
            "latitude",
            vec![json!(90.5), json!(-91), json!(1e300)],
        ),
        (
            "createLocation",
            "longitude",
            vec![json!(180.5), json!(-181)],
        ),
        (
            "createResource",
            "bufferBeforeMin",
            vec![json!(-1), json!(1441), json!(i32::MAX)],
        ),
        (
            "createResource",
            "bufferAfterMin",
            vec![json!(-1), json!(1441), json!(i32::MIN)],
        ),
        (
            "createResource",
            "maxSimultaneousBookings",
            vec![json!(0), json!(1001)],
        ),
        (
            "createResource",
            "serviceRadiusKm",
            vec![json!(-0.1), json!(1e9)],
        ),
        ("updateResource", "bufferBeforeMin", vec![json!(-1)]),
        ("updateResource", "maxSimultaneousBookings", vec![json!(0)]),
        ("updateResource", "slug", vec![json!("A")]),
        (
            "blockResource",
            "reason",
            vec![json!("x".repeat(201)), json!("a\0b")],
        ),
        (
            "blockResource",
            "window.to",
            vec![json!("2027-01-01T09:00:00Z"), json!("2026-12-31T09:00:00Z")],
        ),
        (
            "createOffer",
            "description",
            vec![json!("x".repeat(40_000)), json!("a\0b")],
        ),
        (
            "addMember",
            "email",
            vec![
                json!(""),
                json!("bob"),
                json!("a\0@b"),
                json!("x".repeat(40_000)),
            ],
        ),
        (
            "createCustomer",
            "email",
            vec![json!(""), json!("bob"), json!("@b")],
        ),
        (
            "createCustomer",
            "phone",
            vec![json!("1".repeat(41)), json!("1\0")],
        ),
    ] {
        for value in values {
            let found = all.iter().find(|one| one.name == mutation);
            let mut input = found.unwrap().input.clone();
            // Half a position is refused for the other half.
            if field.ends_with("itude") {
                input["latitude"] = json!(1);
                input["longitude"] = json!(1);
            }
            let what = format!("{mutation} {field}");
            refused_with(&studio, mutation, input, field, field, value, &what).await;
        }
    }
}

#[apply(on_both_databases!)]
async fn values_that_are_none_are_bad_requests(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let business = json!({ "name": "New", "slug": "new", "timeZone": "UTC", "currency": "EUR" });
    let time = json!({ "weekday": "MONDAY", "opensAt": "09:00", "closesAt": "17:00" });
    let hours = json!({ "locationId": studio.location_id, "weekly": [time] });
    let block = json!({
        "resourceId": studio.resource_ids[0],
        "window": { "from": "2027-01-01T09:00:00Z", "to": "2027-01-01T10:00:00Z" },
    });

    for (mutation, input, pointer, values) in [
        (
            "createBusiness",
            &business,
            "/timeZone",
            vec![json!("Mars/Olympus"), json!("CEST"), json!(1), Value::Null],
        ),
        (
            "createBusiness",
            &business,
            "/currency",
            vec![json!("EURO"), json!("eur"), json!("")],
        ),
        (
            "createBusiness",
            &business,
            "/name",
            vec![json!(1), Value::Null],
        ),
        (
            "setOpeningHours",
            &hours,
            "/weekly/0/opensAt",
            vec![
                json!("25:00"),
                json!("9:00"),
                json!("09:00:00"),
                json!("noon"),
            ],
        ),
        (
            "setOpeningHours",
            &hours,
            "/weekly/0/weekday",
            vec![json!("MON"), json!(1)],
        ),
        (
            "blockResource",
            &block,
            "/window/from",
            vec![
                json!("2027-02-30T09:00:00Z"),
                json!("10000-01-01T00:00:00Z"),
                json!("2027-01-01"),
            ],
        ),
        (
            "blockResource",
            &block,
            "/resourceId",
            vec![json!({}), Value::Null],
        ),
    ] {
        for value in values {
            let mut input = input.clone();
            *input.pointer_mut(pointer).unwrap() = value.clone();
            let answer = studio.owner.mutate(mutation, input, "").await;
            let what = format!("{mutation} {pointer} {value}: {}", answer.body);
            assert!(!answer.status.is_server_error(), "{what}");
            assert_eq!(answer.error_codes(), ["BAD_REQUEST"], "{what}");
        }
    }
    // Nothing beyond 32 bits fits.
    let mut input = terms(&studio);
    input["basePriceMinor"] = json!(i64::from(i32::MAX) + 1);
    let answer = studio.owner.mutate("createOfferVersion", input, "").await;
    assert_eq!(answer.error_codes(), ["BAD_REQUEST"], "{}", answer.body);
}
