//! The printed schema is the one that clients generate their code from.

use tests::*;

const PRINTED: &str = include_str!("../../schema.graphql");

#[apply(on_both_databases!)]
async fn the_printed_schema_is_up_to_date(app: TestApp) {
    let actual = booking_gateway::graphql::schema(app.gateway).sdl();

    let difference = PRINTED
        .lines()
        .zip(actual.lines())
        .position(|(printed, actual)| printed != actual);
    assert!(
        PRINTED.trim() == actual.trim(),
        "schema.graphql is out of date (first at line {}); print it anew:\n\n    \
         cargo run -- schema > schema.graphql\n",
        difference.map_or(PRINTED.lines().count(), |line| line) + 1,
    );
}
