//! The line: who waits, in the order of their sort keys. All of it is done behind the lock of the queue.

use entity::queue_entries::{self, Column, Entity};
use sea_orm::sea_query::{CaseStatement, Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::rules::key;
use crate::domain::error::{Error, Result};
use crate::domain::tx::Work;

/// How many keys are dealt anew at first when a gap is used up. Each time that this does not make room, four
/// times as many are.
const FIRST_WINDOW: u64 = 16;
/// How many keys are written in one statement.
const AT_ONCE: usize = 500;

/// An entry and its key.
type Keyed = (String, i32);

/// Everybody who waits in a queue, in order.
pub(super) fn waiting(queue_id: &str) -> Select<Entity> {
    Entity::find()
        .filter(Column::QueueId.eq(queue_id))
        .filter(Column::Status.eq("waiting"))
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Id)
}

/// Whose turn it is.
///
/// # Errors
/// When the database fails.
pub async fn head(work: &Work, queue_id: &str) -> Result<Option<queue_entries::Model>> {
    Ok(waiting(queue_id).one(&**work).await?)
}

/// The key of somebody who joins: behind everybody.
///
/// # Errors
/// When the database fails.
pub async fn key_at_the_end(work: &Work, queue_id: &str) -> Result<i32> {
    // Who was told of a place on a waitlist may come back to theirs.
    let last = |status: &str| -> SelectStatement {
        Query::select()
            .expr_as(Expr::col(Column::Position).max(), "last")
            .from(Entity)
            .and_where(Column::QueueId.eq(queue_id))
            .and_where(Column::Status.eq(status))
            .take()
    };
    let mut both = last("waiting");
    both.union(sea_orm::sea_query::UnionType::All, last("notified"));
    let rows = work.query_all(&both).await?;
    let keys = rows
        .iter()
        .map(|row| row.try_get_by_index::<Option<i32>>(0));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let last = keys.into_iter().flatten().max();
    match key::between(last, None) {
        Some(key) => Ok(key),
        None => {
            deal(work, None, all(work, queue_id, None).await?, None).await?;
            let last = waiting(queue_id)
                .select_only()
                .expr(Expr::col(Column::Position).max());
            let last: Option<Option<i32>> = reorder(last).into_tuple().one(&**work).await?;
            key::between(last.flatten(), None).ok_or_else(|| Error::fault("no key is left"))
        }
    }
}

/// The key of an entry that is to have `place`, from 1, among those who wait; the end, when fewer wait. The
/// entry itself is not counted.
///
/// # Errors
/// When the database fails.
pub async fn key_at(work: &Work, queue_id: &str, entry_id: &str, place: u64) -> Result<i32> {
    let (before, after) = neighbours(work, queue_id, entry_id, place).await?;
    let keys = (
        before.as_ref().map(|(_, key)| *key),
        after.as_ref().map(|(_, key)| *key),
    );
    if let Some(key) = key::between(keys.0, keys.1) {
        return Ok(key);
    }
    make_room(work, queue_id, entry_id, before, after).await?;
    let (before, after) = neighbours(work, queue_id, entry_id, place).await?;
    let keys = (before.map(|(_, key)| key), after.map(|(_, key)| key));
    key::between(keys.0, keys.1).ok_or_else(|| Error::fault("there is still no room in the line"))
}

/// Who waits right before and right after a place. Counted along the index of the line, and nothing more is
/// read than two rows.
async fn neighbours(
    work: &Work,
    queue_id: &str,
    entry_id: &str,
    place: u64,
) -> Result<(Option<Keyed>, Option<Keyed>)> {
    let others = || {
        waiting(queue_id)
            .filter(Column::Id.ne(entry_id))
            .select_only()
            .columns([Column::Id, Column::Position])
    };
    let before_it = place.saturating_sub(2);
    let rows: Vec<Keyed> = others()
        .offset(before_it)
        .limit(2)
        .into_tuple()
        .all(&**work)
        .await?;
    let mut rows = rows.into_iter();
    if place <= 1 {
        return Ok((None, rows.next()));
    }
    match rows.next() {
        Some(before) => Ok((Some(before), rows.next())),
        None => {
            let last = others().order_by_desc(Column::Position);
            let last = backwards(last).into_tuple().one(&**work).await?;
            Ok((last, None))
        }
    }
}

/// Deals new keys to as few entries behind a gap as give it room.
async fn make_room(
    work: &Work,
    queue_id: &str,
    entry_id: &str,
    before: Option<Keyed>,
    after: Option<Keyed>,
) -> Result<()> {
    let (Some(before), Some((_, from))) = (before.clone(), after) else {
        // The end of the range of keys: everybody gets a new one.
        return deal(work, None, all(work, queue_id, Some(entry_id)).await?, None).await;
    };
    let mut window = FIRST_WINDOW;
    loop {
        let behind: Vec<Keyed> = waiting(queue_id)
            .filter(Column::Id.ne(entry_id))
            .filter(Column::Position.gte(from))
            .filter(
                Expr::tuple([Expr::col(Column::Position), Expr::col(Column::Id)]).gt(Expr::tuple(
                    [Expr::val(before.1), Expr::val(before.0.as_str())],
                )),
            )
            .select_only()
            .columns([Column::Id, Column::Position])
            .limit(window + 1)
            .into_tuple()
            .all(&**work)
            .await?;
        let whole = usize::try_from(window).is_ok_and(|window| behind.len() <= window);
        let mut behind = behind;
        let beyond = match whole {
            true => None,
            false => behind.pop().map(|(_, key)| key),
        };
        // One key more than there are entries: the first is left for whoever comes in between.
        if key::spread(Some(before.1), beyond, behind.len() + 1).is_some() {
            return deal(work, Some(before.1), behind, beyond).await;
        }
        if whole {
            return deal(work, None, all(work, queue_id, Some(entry_id)).await?, None).await;
        }
        window = window.saturating_mul(4);
    }
}

async fn all(work: &Work, queue_id: &str, but: Option<&str>) -> Result<Vec<Keyed>> {
    let mut all = waiting(queue_id);
    if let Some(id) = but {
        all = all.filter(Column::Id.ne(id));
    }
    let all = all
        .select_only()
        .columns([Column::Id, Column::Position])
        .into_tuple();
    Ok(all.all(&**work).await?)
}

/// Writes new keys, evenly spread between two others, with room for one more before the first.
async fn deal(
    work: &Work,
    before: Option<i32>,
    entries: Vec<Keyed>,
    after: Option<i32>,
) -> Result<()> {
    let keys = key::spread(before, after, entries.len() + 1)
        .ok_or_else(|| Error::fault("the line is too long for its keys"))?;
    let keyed: Vec<(String, i32)> = entries
        .into_iter()
        .zip(keys.into_iter().skip(1))
        .map(|((id, _), key)| (id, key))
        .collect();
    for some in keyed.chunks(AT_ONCE) {
        let case = some.iter().fold(CaseStatement::new(), |case, (id, key)| {
            case.case(Column::Id.eq(id), Expr::val(*key))
        });
        Entity::update_many()
            .col_expr(
                Column::Position,
                case.finally(Expr::col(Column::Position)).into(),
            )
            .filter(Column::Id.is_in(some.iter().map(|(id, _)| id)))
            .exec(&**work)
            .await?;
    }
    Ok(())
}

fn reorder(mut select: Select<Entity>) -> Select<Entity> {
    sea_orm::QuerySelect::query(&mut select).clear_order_by();
    select
}

fn backwards(select: Select<Entity>) -> Select<Entity> {
    reorder(select)
        .order_by_desc(Column::Position)
        .order_by_desc(Column::Id)
}
