//! Who sees which rows. Every read that starts from something the client named goes through
//! [`Scoped::visible_to`], so that a foreign id and a missing id look the same.

use sea_orm::sea_query::{Expr, IntoCondition};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Iterable, PrimaryKeyToColumn,
    QueryFilter, Select,
};

use super::error::Result;
use super::viewer::Viewer;

/// An entity with a rule of who sees its rows.
pub trait Scoped: EntityTrait {
    /// The rows that `viewer` may see.
    fn visible_to(viewer: &Viewer) -> Select<Self>;
}

/// Finds the row with that id, if `viewer` may see it.
///
/// # Errors
/// When the database fails.
pub async fn find<E: Scoped>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: &str,
) -> Result<Option<E::Model>> {
    Ok(E::visible_to(viewer)
        .filter(id_column::<E>().eq(id))
        .one(db)
        .await?)
}

/// Whether `column` is one of `keys`.
///
/// PostgreSQL gets one array, so that the statement's text, and with it the prepared plan, is the same
/// for any number of keys; SQLite, which knows no arrays, gets a list.
pub fn any_of(
    db: &impl ConnectionTrait,
    column: impl ColumnTrait,
    keys: impl IntoIterator<Item = String>,
) -> Expr {
    match db.get_database_backend() {
        DbBackend::Postgres => column.eq_any(keys),
        _ => column.is_in(keys),
    }
}

/// What is public, and everything of the businesses that the viewer works for.
pub fn or_staffed(
    viewer: &Viewer,
    public: impl IntoCondition,
    biz_id: impl ColumnTrait,
) -> Condition {
    Condition::any()
        .add(public.into_condition())
        .add_option(staffed(viewer, biz_id))
}

/// Whether the column names a business that the viewer works for; `None` when there is none.
pub fn staffed(viewer: &Viewer, biz_id: impl ColumnTrait) -> Option<Expr> {
    let businesses: Vec<&str> = viewer.staffed().collect();
    (!businesses.is_empty()).then(|| biz_id.is_in(businesses))
}

/// The id column: every table of ours has one text key.
#[must_use]
pub fn id_column<E: EntityTrait>() -> E::Column {
    #[expect(
        clippy::expect_used,
        reason = "SeaORM demands a primary key of every entity"
    )]
    E::PrimaryKey::iter()
        .next()
        .map(PrimaryKeyToColumn::into_column)
        .expect("an entity has a primary key")
}
