//! Classes: the timetable, and who has a place in it.

mod attendance;
mod bad_input;
mod calling_off;
mod changes;
mod collisions;
mod enrolling;
mod full;
mod generating;
mod leaving;
mod permissions;
mod race;
mod sessions;
mod statements;
mod time_passes;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::*;

/// What an answer shows of an enrolment.
pub const ENROLLMENT: &str = "enrollment { id status places
    occurrence { id enrolledCount spotsLeft availability }
    booking { id status total { amountMinor } discount { amountMinor } refundDue { amountMinor }
        lines { label quantity total { amountMinor } } units { status } }
    cancellation { late fee { amountMinor } sessionForfeited } }";

/// A studio with an instructor, a room, and a class on Tuesdays and Thursdays at 18:00.
#[derive(Clone, Debug)]
pub struct Gym {
    /// The studio; its offer costs EUR 20.00.
    pub studio: Studio,
    /// The schedule.
    pub schedule: String,
    /// Its classes to come, the earliest first.
    pub classes: Vec<String>,
}

impl Gym {
    /// Who holds the class.
    pub fn instructor(&self) -> &str {
        &self.studio.secondary_ids[0]
    }

    /// Enrols whoever `client` is on the first class.
    pub async fn enroll(&self, client: &Client, more: Value) -> GraphQlResponse {
        enroll(client, &self.classes[0], more).await
    }

    /// Enrols on the first class, and answers the id.
    pub async fn enrolled(&self, client: &Client, more: Value) -> String {
        let answer = self.enroll(client, more).await.expect_done("enroll");
        answer.text("enroll.enrollment.id").to_owned()
    }
}

/// A gym whose schedule differs by `more`.
pub async fn gym(app: &TestApp, more: Value) -> Gym {
    gym_of(app.studio("gym"), more).await
}

/// A gym on other terms.
pub async fn gym_of(studio: StudioBuilder<'_>, more: Value) -> Gym {
    let studio = studio.price(2000).people(1).build().await;
    let answer = schedule(&studio, more)
        .await
        .expect_done("createClassSchedule");
    let schedule = answer.text("createClassSchedule.schedule.id").to_owned();
    let classes = classes(&studio.owner, &schedule).await;
    Gym {
        studio,
        schedule,
        classes,
    }
}

/// What `createClassSchedule` takes, with `more`.
pub fn schedule_input(studio: &Studio, more: Value) -> Value {
    let input = json!({
        "businessId": studio.business_id, "offerId": studio.offer_id, "locationId": studio.location_id,
        "name": "Evening yoga", "slug": "evening-yoga", "recurrenceRule": "FREQ=WEEKLY;BYDAY=TU,TH",
        "startsOn": "2026-03-01", "startTime": "18:00", "durationMin": 60, "capacity": 10,
        "instructorId": studio.secondary_ids.first(), "roomId": studio.resource_ids[0],
    });
    with(input, more)
}

/// Puts a class into the timetable.
pub async fn schedule(studio: &Studio, more: Value) -> GraphQlResponse {
    let selection = "schedule { id status version capacity timeZone } created
        skipped { occurrenceDate reason collision { resource { id } } } kept { id }";
    let input = schedule_input(studio, more);
    studio
        .owner
        .mutate("createClassSchedule", input, selection)
        .await
}

/// The ids of the classes of a schedule, the earliest first.
pub async fn classes(client: &Client, schedule: &str) -> Vec<String> {
    let rows = occurrences(client, schedule).await;
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    rows.iter().map(id).collect()
}

/// The classes of a schedule, the earliest first.
pub async fn occurrences(client: &Client, schedule: &str) -> Vec<Value> {
    let document = "query ($id: ID!) { classSchedule(id: $id) { occurrences(first: 100) { nodes {
        id occurrenceDate startAt endAt status version capacity enrolledCount spotsLeft availability
        cancelledAt cancellationReason instructor { id } room { id } } } } }";
    let answer = client.graphql(document, json!({ "id": schedule })).await;
    answer
        .expect_ok()
        .list("classSchedule.occurrences.nodes")
        .to_vec()
}

/// One class, as somebody sees it.
pub async fn class(client: &Client, id: &str) -> Value {
    let document =
        "query ($id: ID!) { classOccurrence(id: $id) { id status version startAt endAt capacity
        enrolledCount spotsLeft availability price { amountMinor } cancelledAt cancellationReason
        instructor { id } room { id } viewerEnrollment { id status } } }";
    let answer = client.graphql(document, json!({ "id": id })).await;
    answer.expect_ok().data("classOccurrence").clone()
}

/// Enrols whoever `client` is, with `more`.
pub async fn enroll(client: &Client, class: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "occurrenceId": class }), more);
    client.mutate("enroll", input, ENROLLMENT).await
}

/// Does something to an enrolment.
pub async fn act(
    client: &Client,
    mutation: &str,
    enrollment: &str,
    more: Value,
) -> GraphQlResponse {
    let input = with(json!({ "enrollmentId": enrollment }), more);
    client.mutate(mutation, input, ENROLLMENT).await
}

/// One object with the fields of both.
pub fn with(mut input: Value, more: Value) -> Value {
    let fields = input.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    input
}

/// The first number that a statement answers.
pub async fn number(app: &TestApp, sql: &str) -> i64 {
    let statement = Statement::from_string(app.db().get_database_backend(), sql);
    let row = app.db().query_one_raw(statement).await;
    let row = row.unwrap_or_else(|error| panic!("{sql}: {error}"));
    row.expect("a row").try_get_by_index(0).expect("a number")
}

/// The counts that the triggers keep are those of the rows; so everywhere, after whatever was done.
pub async fn counts_are_right(app: &TestApp) {
    let wrong = "SELECT COUNT(*) FROM class_occurrences o WHERE enrolled_count <> (SELECT COALESCE(SUM(places), 0)
            FROM enrollments e WHERE e.class_occurrence_id = o.id AND e.status NOT IN ('cancelled', 'late_cancelled'))
        OR reserved_count <> (SELECT COALESCE(SUM(places), 0) FROM place_reservations r
            WHERE r.class_occurrence_id = o.id)
        OR enrolled_count + reserved_count > capacity";
    assert_eq!(number(app, wrong).await, 0);
    let disagree = "SELECT COUNT(*) FROM enrollments e JOIN booking_orders b ON b.id = e.booking_order_id
        WHERE b.class_occurrence_id <> e.class_occurrence_id OR b.status <> CASE e.status
            WHEN 'enrolled' THEN 'confirmed' WHEN 'checked_in' THEN 'checked_in' WHEN 'attended' THEN 'completed'
            WHEN 'no_show' THEN 'no_show' ELSE 'cancelled' END";
    assert_eq!(number(app, disagree).await, 0);
}

/// The id of a user, who is made if need be.
pub async fn user_id(client: &Client) -> String {
    let answer = client
        .graphql("{ viewer { user { id } } }", json!({}))
        .await;
    answer.expect_ok().text("viewer.user.id").to_owned()
}

/// The field that the one user error names, joined by dots.
pub fn field(answer: &GraphQlResponse, mutation: &str) -> String {
    let errors = answer.list(&format!("{mutation}.userErrors"));
    assert_eq!(errors.len(), 1, "{}", answer.body);
    let path = errors[0]["field"].as_array();
    let parts = path.into_iter().flatten().filter_map(Value::as_str);
    parts.collect::<Vec<_>>().join(".")
}
