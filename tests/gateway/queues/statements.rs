//! What operations and lists cost: as much with 10 in the queue as with 10,000.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tests::*;

use super::{act, call_next, join, open_queue, update};

/// Fills a queue behind the API, with its counts.
async fn fill(app: &TestApp, queue: &str, parties: i64) {
    let numbers = match app.backend() {
        Backend::Postgres => format!("generate_series(1, {parties}) AS numbers(n)"),
        Backend::Sqlite => format!(
            "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {parties}) SELECT n FROM numbers) AS numbers"
        ),
    };
    // The ids of one queue are not those of another.
    let first = parties * 100_000;
    let pad = match app.backend() {
        Backend::Postgres => format!("'qen_' || lpad(to_hex({first} + n), 32, '0')"),
        Backend::Sqlite => format!("'qen_' || printf('%032x', {first} + n)"),
    };
    let sql = format!(
        "INSERT INTO queue_entries (id, biz_id, queue_id, party_size, status, position)
         SELECT {pad}, biz_id, id, 2, 'waiting', n * 1024 FROM queues, {numbers} WHERE id = '{queue}'"
    );
    app.db().execute_unprepared(&sql).await.unwrap();
    if app.backend() == Backend::Postgres {
        app.db()
            .execute_unprepared("ANALYZE queue_entries")
            .await
            .unwrap();
    }
}

/// The statements of each operation, in a queue of so many.
async fn costs(app: &TestApp, slug: &str, parties: i64) -> Vec<(&'static str, Statements)> {
    let studio = app.studio(slug).build().await;
    let queue = open_queue(&studio, json!({})).await;
    fill(app, &queue, parties).await;
    let (owner, alice) = (&studio.owner, app.as_user("alice"));
    alice.graphql("{ viewer { user { id } } }", json!({})).await;
    let mut costs = Vec::new();
    let mut note = |what, (answer, statements): (GraphQlResponse, Statements)| {
        costs.push((what, statements));
        answer.expect_done(what)
    };
    let alices = note(
        "joinQueue",
        app.counted(join(&alice, &queue, json!({}))).await,
    );
    let alices = alices.text("joinQueue.entry.id").to_owned();
    let place = json!({ "toPosition": 5 });
    note(
        "moveQueueEntry",
        app.counted(act(owner, "moveQueueEntry", &alices, place))
            .await,
    );
    note(
        "leaveQueue",
        app.counted(act(&alice, "leaveQueue", &alices, json!({})))
            .await,
    );
    let called = note("callNext", app.counted(call_next(owner, &queue)).await);
    let called = called.text("callNext.entry.id").to_owned();
    for step in ["startService", "finishService"] {
        note(
            step,
            app.counted(act(owner, step, &called, json!({}))).await,
        );
    }
    let called = call_next(owner, &queue).await;
    let called = called.text("callNext.entry.id").to_owned();
    let no_show = json!({ "noShow": true });
    note(
        "removeQueueEntry",
        app.counted(act(owner, "removeQueueEntry", &called, no_show))
            .await,
    );
    note(
        "updateQueue",
        app.counted(update(owner, &queue, json!({ "maxCapacity": 7 })))
            .await,
    );
    costs
}

#[apply(on_both_databases!)]
async fn each_operation_costs_the_same_with_ten_and_with_ten_thousand(app: TestApp) {
    let (few, many) = (
        costs(&app, "few", 10).await,
        costs(&app, "many", 10_000).await,
    );
    for ((what, few), (_, many)) in few.iter().zip(&many) {
        assert_eq!(few.len(), many.len(), "{what}\n{few}{many}");
    }
    // What each writes is at most its own entry, the queue, what happened, and the news of it.
    for (what, statements) in &many {
        let writes = statements
            .iter()
            .filter(|sql| !sql.starts_with("SELECT") && !sql.starts_with("WITH"));
        assert!(writes.count() <= 8, "{what} {statements}");
    }
}

/// No read of the line goes over the table, or over more of the index than the places that are counted.
#[apply(on_both_databases!)]
async fn places_are_counted_along_the_index(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    fill(&app, &queue, 10_000).await;
    let entry =
        "query ($id: ID!) { queueEntry(id: $id) { position peopleAhead estimatedWaitMin } }";
    let id = format!("qen_{:032x}", 10_000 * 100_000 + 5_000);
    let ask = studio.owner.graphql(entry, json!({ "id": id }));
    let (answer, statements) = app.counted(ask).await;
    let answer = answer.expect_ok();
    assert_eq!(answer.data("queueEntry.position"), 5_000);
    assert_eq!(answer.data("queueEntry.peopleAhead"), 9_998);
    assert!(statements.len() <= 6, "{statements}");

    let sql = format!(
        "SELECT COUNT(*) FROM queue_entries before WHERE before.queue_id = '{queue}' AND before.status = 'waiting' AND before.position < 5000000"
    );
    let plan = plan(&app, &sql).await;
    let fits = ["Index Only Scan", "USING COVERING INDEX"];
    assert!(fits.iter().any(|fit| plan.contains(fit)), "{plan}");
    let head = format!(
        "SELECT * FROM queue_entries WHERE queue_id = '{queue}' AND status = 'waiting' ORDER BY position, id LIMIT 1"
    );
    let plan = self::plan(&app, &head).await;
    // Only those with the very same key are sorted, by their ids.
    let sorted = plan.contains("Sort") && !plan.contains("Presorted Key");
    assert!(!sorted && !plan.contains("TEMP B-TREE"), "{plan}");
}

async fn plan(app: &TestApp, sql: &str) -> String {
    let explain = match app.backend() {
        Backend::Postgres => {
            app.db()
                .execute_unprepared("VACUUM ANALYZE queue_entries")
                .await
                .unwrap();
            "EXPLAIN "
        }
        Backend::Sqlite => "EXPLAIN QUERY PLAN ",
    };
    let statement =
        Statement::from_string(app.db().get_database_backend(), format!("{explain}{sql}"));
    let rows = app.db().query_all_raw(statement).await.unwrap();
    let column = usize::from(app.backend() == Backend::Sqlite) * 3;
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(column).unwrap() + "\n")
        .collect()
}

#[apply(on_both_databases!)]
async fn lists_take_the_same_number_of_statements_whatever_their_length(app: TestApp) {
    let studio = app.studio("barber").build().await;
    for number in 0..12 {
        let slug = format!("queue-{number}");
        let queue = open_queue(
            &studio,
            json!({ "slug": slug, "locationId": studio.location_id }),
        )
        .await;
        for customer in 0..3 {
            let customer = app.as_user(&format!("customer{customer}"));
            join(&customer, &queue, json!({}))
                .await
                .expect_done("joinQueue");
        }
    }
    let entries = "entries(first: 5) { totalCount nodes { position peopleAhead estimatedWaitMin estimatedWaitRange { low high } customer { name } queue { name } } }";
    let events = "events(first: 3) { nodes { kind actor { name } entry { id position } } }";
    let costs = async |lists: String| {
        let document = format!(
            "query ($id: ID!, $first: Int) {{ business(by: {{ id: $id }}) {{ queues(first: $first) {{ nodes {{
             id name location {{ name }} waitingCount estimatedWaitMin {lists} }} }} }} }}"
        );
        let page = |first: usize| {
            let variables = json!({ "id": studio.business_id, "first": first });
            studio.owner.graphql(&document, variables)
        };
        let (answer, one) = app.counted(page(1)).await;
        answer.expect_ok();
        let (answer, all) = app.counted(page(12)).await;
        assert_eq!(answer.expect_ok().list("business.queues.nodes").len(), 12);
        (one, all)
    };
    for list in [entries, events] {
        let (one, all) = costs(list.to_owned()).await;
        assert_eq!(all.len(), one.len(), "{one}{all}");
    }
    // Side by side, both lists are read at once, and both then ask for people and for places. If the one answers
    // before the other, these are asked for twice, else together: two statements more or less, by chance, whatever
    // the length. To wait for each other would make the faster list as slow as the slower one.
    let (one, all) = costs(format!("{entries} {events}")).await;
    assert!(one.len().abs_diff(all.len()) <= 2, "{one}{all}");

    let mine = "query ($first: Int) { viewer { queueEntries(first: $first) { nodes { position peopleAhead estimatedWaitMin queue { name business { name } } } } } }";
    let customer = app.as_user("customer1");
    let (_, one) = app
        .counted(customer.graphql(mine, json!({ "first": 1 })))
        .await;
    let (answer, all) = app
        .counted(customer.graphql(mine, json!({ "first": 12 })))
        .await;
    let answer = answer.expect_ok();
    let places = answer
        .list("viewer.queueEntries.nodes")
        .iter()
        .map(|node| node["position"].clone());
    assert_eq!(places.collect::<Vec<_>>(), vec![json!(2); 12]);
    assert_eq!(all.len(), one.len(), "{all}");
}
