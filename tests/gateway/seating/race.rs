//! Many at once for one seat. The database decides, and one wins.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::*;

use super::{Class, number, run, states, user_errors_of};

/// The names of the seats that as many customers ask for at once, in turn.
async fn race(app: &TestApp, class: &Class, count: usize, wanted: &[&str]) -> Vec<GraphQlResponse> {
    let wanted: Vec<String> = wanted.iter().map(|names| (*names).to_owned()).collect();
    together(count, |number| {
        let (class, customer) = (class.clone(), app.as_user(&format!("customer{number}")));
        let names = wanted[number % wanted.len()].clone();
        async move { class.hold(&customer, &names).await }
    })
    .await
}

/// How many won; everybody else must have lost to one of these, and to nothing else.
fn winners(answers: &[GraphQlResponse], refusals: &[&str]) -> usize {
    let won = |answer: &&GraphQlResponse| {
        let errors = user_errors_of(answer, "holdSeats");
        assert!(
            errors.iter().all(|code| refusals.contains(&code.as_str())),
            "{}",
            answer.body
        );
        assert_eq!(
            answer.data("holdSeats.seatHold").is_null(),
            !errors.is_empty()
        );
        errors.is_empty()
    };
    answers.iter().filter(won).count()
}

#[apply(on_both_databases!)]
async fn of_two_hundred_customers_one_gets_the_seat(app: TestApp) {
    let class = Class::new(&app, &["...."], 4).await;

    let answers = race(&app, &class, 200, &["A2"]).await;

    assert_eq!(winners(&answers, &["SEAT_TAKEN"]), 1);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM occurrence_seats").await,
        1
    );
    assert_eq!(class.reserved(&app).await, 1);
    let anonymous = states(&app.anonymous(), &class).await;
    assert_eq!(anonymous, "A1=AVAILABLE A2=HELD A3=AVAILABLE A4=AVAILABLE");
}

#[apply(on_both_databases!)]
async fn groups_that_overlap_in_opposite_orders_do_not_wait_for_each_other(app: TestApp) {
    let class = Class::new(&app, &["......"], 6).await;
    let wanted = [
        "A1 A2 A3", "A3 A2 A1", "A3 A4", "A4 A3", "A4 A5 A6", "A6 A5 A4",
    ];

    let answers = race(&app, &class, 120, &wanted).await;

    let won = winners(&answers, &["SEAT_TAKEN", "CAPACITY_FULL"]);
    assert!((1..=3).contains(&won), "{won}");
    let seats = number(&app, "SELECT COUNT(*) FROM occurrence_seats").await;
    assert_eq!(class.reserved(&app).await, seats);
}

#[apply(on_both_databases!)]
async fn the_best_seats_go_round_until_none_is_left(app: TestApp) {
    let class = Class::new(&app, &[".......", "......."], 14).await;

    let answers = together(40, |number| {
        let (customer, id) = (app.as_user(&format!("customer{number}")), class.id.clone());
        async move {
            let input = json!({ "occurrenceId": id, "bestAvailable": { "count": 2 } });
            customer
                .mutate("holdSeats", input, "seatHold { seats { id } }")
                .await
        }
    })
    .await;

    assert_eq!(winners(&answers, &["CAPACITY_FULL"]), 7);
    assert_eq!(
        number(&app, "SELECT COUNT(DISTINCT seat_id) FROM occurrence_seats").await,
        14
    );
}

#[apply(on_both_databases!)]
async fn blocking_and_holding_do_not_both_get_a_seat(app: TestApp) {
    let class = Class::new(&app, &[".........."], 1).await;
    let all = "A1 A2 A3 A4 A5 A6 A7 A8 A9";
    for round in 0..4 {
        let name = all.split(' ').nth(round).unwrap().to_owned();
        together(12, |number| {
            let (class, name) = (class.clone(), name.clone());
            let customer = app.as_user(&format!("customer{number}"));
            async move {
                if number % 2 == 0 {
                    let input = json!({ "seatIds": class.hall.ids(&name), "blocked": true });
                    class
                        .studio
                        .owner
                        .mutate("setSeatsBlocked", input, "")
                        .await
                } else {
                    class.hold(&customer, &name).await
                }
            }
        })
        .await;
        let both = "SELECT COUNT(*) FROM occurrence_seats o JOIN seat_map_seats s ON s.id = o.seat_id WHERE s.status = 'blocked'";
        assert_eq!(number(&app, both).await, 0);
        run(&app, "DELETE FROM place_reservations").await.unwrap();
    }
}

/// Gives the one seat that somebody has to somebody else too.
const TAKE_AGAIN: &str = "INSERT INTO occurrence_seats
    (id, biz_id, class_occurrence_id, seat_id, place_reservation_id, created_at)
    SELECT 'again', biz_id, class_occurrence_id, seat_id, place_reservation_id, created_at FROM occurrence_seats";

async fn drop_the_index(app: &TestApp) {
    run(app, "DROP INDEX occurrence_seats_one_holder_key")
        .await
        .unwrap();
}

#[apply(on_both_databases!)]
async fn it_is_the_index_that_refuses_a_second_holder(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    class.held(&app.as_user("alice"), "A1").await;

    assert!(run(&app, TAKE_AGAIN).await.is_err());
    drop_the_index(&app).await;
    run(&app, TAKE_AGAIN).await.unwrap();
}

#[apply(on_both_databases!)]
async fn without_the_index_several_get_the_seat(app: TestApp) {
    let class = Class::new(&app, &["...."], 4).await;
    drop_the_index(&app).await;

    let answers = race(&app, &class, 200, &["A2"]).await;

    let won = winners(&answers, &["SEAT_TAKEN", "CAPACITY_FULL"]);
    assert!(won > 1, "it is not the index that decides");
}

/// The index alone decides, too, when nobody waits for the class: a rival in flight past the gateway.
#[apply(on_postgres!)]
async fn a_rival_in_flight_is_waited_for(app: TestApp) {
    let class = Class::new(&app, &["...."], 4).await;
    class.held(&app.as_user("alice"), "A1").await;
    let rival = app.db().begin().await.unwrap();
    let sql = TAKE_AGAIN.replace("seat_id, place", "$seat, place");
    let sql = sql.replacen("$seat", "seat_id", 1).replacen(
        "$seat",
        &format!("'{}'", class.seat("A2")),
        1,
    );
    rival.execute_unprepared(&sql).await.unwrap();

    let waiting = tokio::spawn({
        let (class, bob) = (class.clone(), app.as_user("bob"));
        async move { class.hold(&bob, "A2 A3").await }
    });
    while crate::bookings::waiting(&rival).await < 1 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    rival.commit().await.unwrap();
    let answer = waiting.await.unwrap();
    assert_eq!(user_errors_of(&answer, "holdSeats"), ["SEAT_TAKEN"]);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM occurrence_seats").await,
        2
    );
}
