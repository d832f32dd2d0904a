//! Terms of an offer version that are out of range or contradict each other.

use serde_json::{Value, json};
use tests::*;

use super::{refusal, terms};

#[apply(on_both_databases!)]
async fn terms_that_contradict_each_other_are_refused(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let resource = &studio.resource_ids[0];
    let flexible =
        json!({ "durationMode": "FLEXIBLE", "minDurationMin": 30, "maxDurationMin": 90 });
    let with = |base: &Value, field: &str, value: Value| {
        let mut fields = base.clone();
        fields[field] = value;
        fields
    };
    let none = json!({});

    for (fields, field) in [
        (
            with(&none, "defaultDurationMin", json!(0)),
            "defaultDurationMin",
        ),
        (
            with(&none, "defaultDurationMin", json!(i32::MAX)),
            "defaultDurationMin",
        ),
        (with(&none, "minDurationMin", json!(30)), "minDurationMin"),
        (with(&none, "maxDurationMin", json!(30)), "maxDurationMin"),
        (
            with(&none, "durationMode", json!("MULTI_DAY")),
            "minDurationMin",
        ),
        (
            with(&flexible, "maxDurationMin", Value::Null),
            "maxDurationMin",
        ),
        (
            with(&flexible, "maxDurationMin", json!(29)),
            "maxDurationMin",
        ),
        (
            with(&flexible, "defaultDurationMin", json!(120)),
            "defaultDurationMin",
        ),
        (
            with(&flexible, "durationStepMin", json!(0)),
            "durationStepMin",
        ),
        (
            with(&flexible, "durationStepMin", json!(20)),
            "defaultDurationMin",
        ),
        (with(&none, "slotIntervalMin", json!(0)), "slotIntervalMin"),
        (
            with(&none, "slotIntervalMin", json!(1441)),
            "slotIntervalMin",
        ),
        (with(&none, "basePriceMinor", json!(-1)), "basePriceMinor"),
        (with(&none, "unitPriceMinor", json!(-1)), "unitPriceMinor"),
        (with(&none, "unitPriceMinor", json!(10)), "unitMin"),
        (with(&none, "unitMin", json!(10)), "unitPriceMinor"),
        (
            json!({ "unitMin": 1, "unitPriceMinor": i32::MAX }),
            "unitPriceMinor",
        ),
        (
            with(&none, "requiresDeposit", json!(true)),
            "depositPercentBps",
        ),
        (
            json!({ "requiresDeposit": true, "depositPercentBps": 0 }),
            "depositPercentBps",
        ),
        (
            with(&none, "depositPercentBps", json!(10_001)),
            "depositPercentBps",
        ),
        (
            with(&none, "minGapBetweenBookingsMin", json!(-1)),
            "minGapBetweenBookingsMin",
        ),
        (with(&none, "leadTimeMin", json!(-1)), "leadTimeMin"),
        (
            json!({ "leadTimeMin": 1441, "horizonDays": 1 }),
            "leadTimeMin",
        ),
        (with(&none, "horizonDays", json!(-1)), "horizonDays"),
        (with(&none, "horizonDays", json!(i32::MAX)), "horizonDays"),
        (
            with(&none, "cancellationPolicy", json!({ "cutoffMin": -1 })),
            "cancellationPolicy.cutoffMin",
        ),
        (
            with(&none, "cancellationPolicy", json!({ "lateFeeMinor": -1 })),
            "cancellationPolicy.lateFeeMinor",
        ),
        (
            with(&none, "primaryResourceIds", json!([])),
            "primaryResourceIds",
        ),
        (
            with(&none, "primaryResourceIds", json!([resource, resource])),
            "primaryResourceIds.1",
        ),
        (
            with(&none, "primaryResourceIds", json!(vec![resource; 101])),
            "primaryResourceIds",
        ),
        (
            with(&none, "secondaryResourceIds", json!(["nonsense"])),
            "secondaryResourceIds.0",
        ),
    ] {
        let mut input = terms(&studio);
        let given = input.as_object_mut().unwrap();
        given.extend(fields.as_object().unwrap().clone());
        let answer = studio.owner.mutate("createOfferVersion", input, "").await;
        let expected = ("INVALID_INPUT".to_owned(), field.to_owned());
        assert_eq!(refusal(&answer, "createOfferVersion"), expected, "{fields}");
    }
}
