//! Where everybody stands: places, counted, and what estimates are made from. One statement each, for
//! however many entries or queues.

use std::collections::HashMap;

use entity::queue_entries::{self, Column, Entity};
use entity::queues;
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, Order, Statement,
    Value,
};

use super::rules::estimate::{Observed, Service};
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::scope::any_of;

/// How many services an estimate looks back on.
const SERVICES: u64 = 60;

/// A place in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Place {
    /// 1 for whose turn is next.
    pub position: i64,
    /// The people of all parties ahead.
    pub people_ahead: i64,
}

/// The queue of an entry, and its place there. For whoever has just written it.
///
/// # Errors
/// When the database fails.
pub async fn in_line(
    db: &impl ConnectionTrait,
    entry: &queue_entries::Model,
) -> Result<(queues::Model, Place)> {
    let queue = queues::Entity::find_by_id(&entry.queue_id).one(db).await?;
    let place = places(db, vec![entry.id.clone()]).await?.remove(&entry.id);
    queue
        .zip(place)
        .ok_or_else(|| Error::fault(format!("{} is in no line", entry.id)))
}

/// The places of entries, by their ids. Who does not wait has none.
///
/// The lines of a page are read from its first entry to its last; everybody before is counted once for each
/// queue, along an index.
///
/// # Errors
/// When the database fails.
pub async fn places(
    db: &impl ConnectionTrait,
    entry_ids: Vec<String>,
) -> Result<HashMap<String, Place>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        position: i64,
        people_ahead: i64,
    }
    let backend = db.get_database_backend();
    let (asked, values): (String, Vec<Value>) = match backend {
        DbBackend::Postgres => ("= ANY($1)".to_owned(), vec![entry_ids.into()]),
        _ => {
            let marks = vec!["?"; entry_ids.len()].join(", ");
            let ids = entry_ids.into_iter().map(Value::from).collect();
            (format!("IN ({marks})"), ids)
        }
    };
    let sql = format!(
        "WITH asked AS (
            SELECT queue_id, MIN(position) AS low, MAX(position) AS high FROM queue_entries
            WHERE id {asked} AND status = 'waiting' GROUP BY queue_id
        ), line AS MATERIALIZED (
            SELECT asked.*,
                (SELECT COUNT(*) FROM queue_entries before WHERE before.queue_id = asked.queue_id
                    AND before.status = 'waiting' AND before.position < asked.low) AS parties_before,
                (SELECT COALESCE(SUM(before.party_size), 0) FROM queue_entries before
                    WHERE before.queue_id = asked.queue_id
                    AND before.status = 'waiting' AND before.position < asked.low) AS people_before
            FROM asked
        )
        SELECT entry.id, line.parties_before + ROW_NUMBER() OVER ahead AS position,
            CAST(line.people_before + SUM(entry.party_size) OVER ahead - entry.party_size AS bigint) AS people_ahead
        FROM line JOIN queue_entries entry ON entry.queue_id = line.queue_id
            AND entry.status = 'waiting' AND entry.position BETWEEN line.low AND line.high
        WINDOW ahead AS (PARTITION BY entry.queue_id ORDER BY entry.position, entry.id)"
    );
    let rows = Row::find_by_statement(Statement::from_sql_and_values(backend, sql, values))
        .all(db)
        .await?;
    let place = |row: Row| {
        let place = Place {
            position: row.position,
            people_ahead: row.people_ahead,
        };
        (row.id, place)
    };
    Ok(rows.into_iter().map(place).collect())
}

/// What estimates of queues are made from, by their ids.
///
/// # Errors
/// When the database fails.
pub async fn observed(
    db: &impl ConnectionTrait,
    queue_ids: Vec<String>,
    now: Moment,
) -> Result<HashMap<String, Observed>> {
    let mut observed: HashMap<String, Observed> = HashMap::new();
    for row in rows(db, &queue_ids).await? {
        let ago = |moment: Moment| (now - moment).as_seconds_f64().max(0.0);
        let known = observed.entry(row.queue_id).or_default();
        match (row.called_at, row.served_at) {
            (Some(began), Some(ended)) => known.services.push(Service {
                began: ago(began),
                ended: ago(ended),
            }),
            (Some(began), None) => known.at_desks.push(ago(began)),
            (None, _) => {}
        }
    }
    for known in observed.values_mut() {
        known.services.sort_by(|a, b| a.ended.total_cmp(&b.ended));
    }
    Ok(observed)
}

#[derive(FromQueryResult)]
struct Stay {
    queue_id: String,
    called_at: Option<Moment>,
    served_at: Option<Moment>,
}

/// The latest services of each queue, and who is at its desks now. A branch for each queue, so that each is
/// read along the index, and no further than is needed.
async fn rows(db: &impl ConnectionTrait, queue_ids: &[String]) -> Result<Vec<Stay>, DbErr> {
    let mut branches = queue_ids.iter().map(|queue_id| latest(queue_id));
    let Some(mut all) = branches.next() else {
        return Ok(Vec::new());
    };
    for branch in branches {
        all.union(UnionType::All, branch);
    }
    let mut at_desks = stays();
    at_desks
        .and_where(any_of(db, Column::QueueId, queue_ids.to_vec()))
        .and_where(Expr::cust("status IN ('notified', 'serving')"));
    all.union(UnionType::All, at_desks);
    let rows = db.query_all(&all).await?;
    rows.iter()
        .map(|row| Stay::from_query_result(row, ""))
        .collect()
}

fn latest(queue_id: &str) -> SelectStatement {
    let mut latest = stays();
    latest
        .and_where(Column::QueueId.eq(queue_id))
        .and_where(Expr::cust("status = 'served'"))
        .order_by(Column::ServedAt, Order::Desc)
        .limit(SERVICES);
    Query::select()
        .columns(["queue_id", "called_at", "served_at"])
        .from_subquery(latest, "latest")
        .take()
}

/// From when to when somebody had a desk: from the call on, since nobody else can be served there.
fn stays() -> SelectStatement {
    Query::select()
        .column(Column::QueueId)
        .expr_as(
            Expr::cust("COALESCE(notified_at, service_started_at)"),
            "called_at",
        )
        .column(Column::ServedAt)
        .from(Entity)
        .take()
}
