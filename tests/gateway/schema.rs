//! The printed schema is the one that clients generate their code from.

use tests::*;

const PRINTED: &str = include_str!("../../schema.graphql");

/// One database will do: the schema is the same on both.
#[tokio::test(flavor = "multi_thread")]
async fn the_printed_schema_is_up_to_date() {
    run(Backend::Sqlite, async |app: TestApp| {
        let actual = booking_gateway::graphql::schema(app.gateway).sdl();
        let same = PRINTED
            .lines()
            .zip(actual.lines())
            .take_while(|(printed, actual)| printed == actual);
        let line = same.count() + 1;
        assert!(
            PRINTED == actual,
            "schema.graphql differs from what the code says, first at line {line}. Print it anew:\n\n    \
             cargo run -- schema > schema.graphql\n",
        );
    })
    .await;
}
