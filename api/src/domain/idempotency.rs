//! One key, one effect: the result of a keyed call is stored in the transaction of its effect.

use chrono::TimeDelta;
use entity::idempotency_keys as keys;
use sea_orm::sea_query::{Expr, Func, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, TryInsertResult,
};

use super::clock::Moment;
use super::error::{Refusal, RefusalCode, Result};
use super::tx::Call;

/// The longest key, in characters.
const MAX_LENGTH: usize = 255;
/// How long a key is kept. Phones go offline for days.
const KEPT: TimeDelta = TimeDelta::days(7);

/// A key in its scope: the same word of another viewer or for another mutation is another key.
#[derive(Clone, Debug)]
pub struct Key {
    user_id: String,
    mutation: &'static str,
    key: String,
    fingerprint: String,
}

impl Key {
    /// The key of a call, if it has one. A dry run has no effect and hence no key.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an empty or over-long key.
    pub fn new(user_id: &str, call: &Call) -> Result<Option<Self>> {
        let Some(key) = &call.idempotency_key else {
            return Ok(None);
        };
        let length = key.chars().count();
        if length == 0 || length > MAX_LENGTH || key.contains('\0') {
            return Err(Refusal::invalid(
                "idempotencyKey",
                format!("A key has 1 to {MAX_LENGTH} characters."),
            )
            .into());
        }
        Ok((!call.dry_run).then(|| Self {
            user_id: user_id.to_owned(),
            mutation: call.mutation,
            key: key.clone(),
            fingerprint: call.fingerprint.clone(),
        }))
    }

    fn row(&self) -> (String, String, String) {
        (
            self.user_id.clone(),
            self.mutation.to_owned(),
            self.key.clone(),
        )
    }
}

/// Takes the key for this transaction, or answers the result that is stored under it.
///
/// The insert waits for a rival in flight: when the rival commits, its result is found; when it is
/// refused, the key is ours.
///
/// # Errors
/// `IDEMPOTENCY_KEY_MISMATCH` when the key was used for another input.
pub async fn reserve(
    tx: &impl ConnectionTrait,
    key: &Key,
    now: Moment,
) -> Result<Option<serde_json::Value>> {
    keys::Entity::delete_by_id(key.row())
        .filter(keys::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    let reserved = keys::Entity::insert(keys::ActiveModel {
        user_id: Set(key.user_id.clone()),
        mutation: Set(key.mutation.to_owned()),
        key: Set(key.key.clone()),
        input_hash: Set(key.fingerprint.clone()),
        outcome: Set(None),
        created_at: Set(now.into()),
        expires_at: Set((now + KEPT).into()),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .try_insert()
    .exec_without_returning(tx)
    .await?;
    if let TryInsertResult::Inserted(1..) = reserved {
        return Ok(None);
    }
    let stored = keys::Entity::find_by_id(key.row()).one(tx).await?;
    let Some(stored) = stored else {
        return Err(Refusal::new(
            RefusalCode::IdempotencyInProgress,
            "The same request is still being worked on; try again.",
        )
        .into());
    };
    if stored.input_hash != key.fingerprint {
        return Err(Refusal::new(
            RefusalCode::IdempotencyKeyMismatch,
            "This key was used for another input.",
        )
        .at("idempotencyKey")
        .into());
    }
    Ok(stored.outcome)
}

/// Stores the result under the key, in the transaction of the effect.
///
/// # Errors
/// When the database fails.
pub async fn store(tx: &impl ConnectionTrait, key: &Key, outcome: serde_json::Value) -> Result<()> {
    keys::Entity::update_many()
        .col_expr(keys::Column::Outcome, outcome.into())
        .filter(keys::Column::UserId.eq(&key.user_id))
        .filter(keys::Column::Mutation.eq(key.mutation))
        .filter(keys::Column::Key.eq(&key.key))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets keys that have run out, about `limit` of them at most: those that ran out at the same moment
/// go together. Answers how many went.
///
/// # Errors
/// When the database fails.
pub async fn purge(db: &impl ConnectionTrait, now: Moment, limit: u64) -> Result<u64> {
    // Up to a moment, which is a range of the index; a list of keys would be looked for in all of the table.
    let first = keys::Entity::find()
        .select_only()
        .column(keys::Column::ExpiresAt)
        .filter(keys::Column::ExpiresAt.lte(now))
        .order_by_asc(keys::Column::ExpiresAt)
        .limit(limit)
        .into_query();
    let until = Query::select()
        .expr(Func::max(Expr::col(keys::Column::ExpiresAt)))
        .from_subquery(first, "first")
        .take();
    Ok(keys::Entity::delete_many()
        .filter(Expr::col(keys::Column::ExpiresAt).lte(Expr::from(until)))
        .exec(db)
        .await?
        .rows_affected)
}
