//! Users and memberships in the database.

use entity::{memberships, users};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Set, SqlErr,
    sea_query::{Expr, Func, IntoCondition, OnConflict},
};

use super::Identity;
use crate::domain::{clock::Moment, ids::Kind};

/// A user with their roles.
pub(super) struct Account {
    pub user_id: String,
    pub deleted: bool,
    /// Business and role.
    pub memberships: Vec<(String, String)>,
}

/// Finds a user by their subject, with their memberships, in one statement.
pub(super) async fn account(
    db: &impl ConnectionTrait,
    subject: &str,
) -> Result<Option<Account>, DbErr> {
    account_where(db, users::Column::Subject.eq(subject)).await
}

/// Finds a user by their id, with their memberships, in one statement.
pub(super) async fn account_of(
    db: &impl ConnectionTrait,
    user_id: &str,
) -> Result<Option<Account>, DbErr> {
    account_where(db, users::Column::Id.eq(user_id)).await
}

async fn account_where(
    db: &impl ConnectionTrait,
    condition: Expr,
) -> Result<Option<Account>, DbErr> {
    type Row = (String, Option<Moment>, Option<String>, Option<String>);
    let with_roles = users::Relation::Memberships
        .def()
        .on_condition(|_, memberships| {
            Expr::col((memberships, memberships::Column::DeletedAt))
                .is_null()
                .into_condition()
        });
    let rows: Vec<Row> = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::DeletedAt])
        .columns([memberships::Column::BizId, memberships::Column::Role])
        .join(JoinType::LeftJoin, with_roles)
        .filter(condition)
        .into_tuple()
        .all(db)
        .await?;

    let mut account = None;
    for (user_id, deleted_at, biz_id, role) in rows {
        let account = account.get_or_insert_with(|| Account {
            user_id,
            deleted: deleted_at.is_some(),
            memberships: Vec::new(),
        });
        account.memberships.extend(biz_id.zip(role));
    }
    Ok(account)
}

/// Finds a user by their id, subject or email address, in that order; of several with one address, the one who
/// has been here longest.
pub(super) async fn named(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<users::Model>, DbErr> {
    let address = Func::lower(Expr::col(users::Column::Email));
    let by_address = Expr::expr(address).eq(Func::lower(Expr::value(name)));
    let found = users::Entity::find()
        .filter(users::Column::DeletedAt.is_null())
        .filter(
            Condition::any()
                .add(users::Column::Id.eq(name))
                .add(users::Column::Subject.eq(name))
                .add(by_address),
        )
        .order_by_asc(users::Column::CreatedAt)
        .all(db)
        .await?;
    let exactly = |user: &&users::Model| user.id == name || user.subject.as_deref() == Some(name);
    let exact = found.iter().find(exactly).cloned();
    Ok(exact.or_else(|| found.into_iter().next()))
}

/// Gives the user with that address, if they have never signed in, to `subject`. Tells whether it did.
pub(super) async fn adopt(
    db: &impl ConnectionTrait,
    subject: &str,
    email: &str,
    now: Moment,
) -> Result<bool, DbErr> {
    let address = Func::lower(Expr::col(users::Column::Email));
    let adopted = users::Entity::update_many()
        .col_expr(users::Column::Subject, Expr::value(subject))
        .col_expr(users::Column::UpdatedAt, Expr::value(now))
        .filter(users::Column::Subject.is_null())
        .filter(users::Column::DeletedAt.is_null())
        .filter(Expr::expr(address).eq(Func::lower(Expr::value(email))))
        .exec(db)
        .await;
    match adopted {
        Ok(adopted) => Ok(adopted.rows_affected > 0),
        // Another request of the same subject was faster.
        Err(error) => match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Ok(false),
            _ => Err(error),
        },
    }
}

/// Makes the user, unless the subject has one by now.
pub(super) async fn insert_unless_known(
    db: &impl ConnectionTrait,
    identity: &Identity,
    now: Moment,
) -> Result<(), DbErr> {
    let user = users::ActiveModel {
        id: Set(Kind::User.mint(now)),
        subject: Set(Some(identity.subject.clone())),
        name: Set(identity.display_name()),
        email: Set(identity.email()),
        phone: Set(None),
        created_at: Set(now.into()),
        updated_at: Set(now.into()),
        deleted_at: Set(None),
    };
    users::Entity::insert(user)
        .on_conflict(
            OnConflict::column(users::Column::Subject)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}
