//! Giving people a part in a business.

use entity::{bizes, memberships, users};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LockType, OnConflict, Order};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, TryInsertResult,
};
use serde_json::json;

use crate::domain::bookings::writes::make_customer;
use crate::domain::catalog::rules;
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::{Role, Viewer};

/// Who is meant.
#[derive(Clone, Debug)]
pub enum Who {
    /// The user with this id.
    User(String),
    /// Whoever has this email address, now or when they first sign in.
    Email(String),
}

/// A part in a business to be given.
#[derive(Clone, Debug)]
pub struct AddMember {
    /// The business.
    pub biz_id: String,
    /// To whom.
    pub who: Who,
    /// What they are to be.
    pub role: Role,
}

/// Gives somebody a part in a business, or another part than they had. An email address that nobody has
/// waits for whoever signs in with it.
///
/// # Errors
/// `INVALID_INPUT` at `email`; `NOT_FOUND` at `businessId` or `userId`; `INVALID_STATE` at `role` when
/// the business would be left without an owner; `Forbidden` for a role above the viewer's own, and for
/// owners and admins unless the viewer is an owner.
pub async fn add_member(
    gateway: &Gateway,
    viewer: &Viewer,
    command: AddMember,
    call: Call,
) -> Result<Outcome<memberships::Model>> {
    let own = viewer.require_manager(&command.biz_id, "businessId", "business")?;
    may_grant(own, command.role)?;
    let who = match command.who {
        Who::Email(email) => Who::Email(rules::email(&email)?),
        who => who,
    };
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    lock(&work, &command.biz_id).await?;
    let user = match who {
        Who::User(id) => known(&work, &id).await?,
        Who::Email(email) => {
            let name = email.split('@').next().unwrap_or(&email).to_owned();
            with_email(&work, name, email, None).await?
        }
    };
    let membership = match membership(&work, &command.biz_id, &user.id).await? {
        Some(row) => change(&work, own, row, command.role).await?,
        None => insert(&work, &command.biz_id, &user.id, command.role).await?,
    };
    let event = Event {
        biz_id: &membership.biz_id,
        kind: "membership.granted",
        aggregate: "membership",
        aggregate_id: &membership.id,
        payload: json!({ "userId": membership.user_id, "role": membership.role }),
    };
    events::emit(&work, event).await?;
    work.finish(membership).await
}

/// A customer to be entered.
#[derive(Clone, Debug)]
pub struct CreateCustomer {
    /// The business.
    pub biz_id: String,
    /// What they are called.
    pub name: String,
    /// Their email address, by which they are recognised.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
}

/// Enters a customer. Somebody whom the email address belongs to already stays as they are, and becomes
/// a customer of the business unless they have a part in it.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId`.
pub async fn create_customer(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateCustomer,
    call: Call,
) -> Result<Outcome<users::Model>> {
    viewer.require_staff(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let email = command.email.as_deref().map(rules::email).transpose()?;
    let phone = rules::phone(command.phone.as_deref())?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let user = match email {
        Some(email) => with_email(&work, name, email, phone).await?,
        None => {
            let user = unclaimed(&work, name, None, phone);
            users::Entity::insert(users::ActiveModel::from(user.clone()))
                .exec_without_returning(&*work)
                .await?;
            user
        }
    };
    make_customer(&work, &command.biz_id, &user.id).await?;
    let event = Event {
        biz_id: &command.biz_id,
        kind: "customer.created",
        aggregate: "user",
        aggregate_id: &user.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(user).await
}

/// Whether somebody of role `own` may give or take `role`.
fn may_grant(own: Role, role: Role) -> Result<()> {
    if role > own {
        return Err(Error::Forbidden(
            "Nobody gives or takes a role above their own.",
        ));
    }
    if role >= Role::Admin && own != Role::Owner {
        return Err(Error::Forbidden(
            "Only an owner may give or take the roles of owner and admin.",
        ));
    }
    Ok(())
}

/// Keeps the roles of a business from other changes until the work ends, so that two owners cannot
/// dismiss each other.
async fn lock(work: &Work, biz_id: &str) -> Result<()> {
    bizes::Entity::find_by_id(biz_id)
        .filter(bizes::Column::DeletedAt.is_null())
        .lock(LockType::NoKeyUpdate)
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("businessId", "business"))?;
    Ok(())
}

async fn known(work: &Work, id: &str) -> Result<users::Model> {
    users::Entity::find_by_id(id)
        .filter(users::Column::DeletedAt.is_null())
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("userId", "user").into())
}

/// The person with that email address: the one who has yet to sign in, else whoever has signed in with
/// it; a new one when there is nobody. Any number of calls at once make one.
async fn with_email(
    work: &Work,
    name: String,
    email: String,
    phone: Option<String>,
) -> Result<users::Model> {
    if let Some(user) = find_by_email(work, &email).await? {
        return Ok(user);
    }
    let user = unclaimed(work, name, Some(email.clone()), phone);
    let inserted = users::Entity::insert(users::ActiveModel::from(user.clone()))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**work)
        .await?;
    match inserted {
        TryInsertResult::Inserted(1..) => Ok(user),
        _ => find_by_email(work, &email)
            .await?
            .ok_or_else(|| Error::fault("the user that was in the way is gone")),
    }
}

async fn find_by_email(work: &Work, email: &str) -> Result<Option<users::Model>> {
    let address = Func::lower(Expr::col(users::Column::Email));
    Ok(users::Entity::find()
        .filter(Expr::expr(address).eq(Func::lower(Expr::val(email))))
        .filter(users::Column::DeletedAt.is_null())
        .order_by(users::Column::Subject.is_not_null(), Order::Asc)
        .order_by_asc(users::Column::Id)
        .one(&**work)
        .await?)
}

/// A user who has yet to sign in.
fn unclaimed(
    work: &Work,
    name: String,
    email: Option<String>,
    phone: Option<String>,
) -> users::Model {
    users::Model {
        id: Kind::User.mint(work.now),
        subject: None,
        name,
        email,
        phone,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    }
}

async fn membership(
    work: &Work,
    biz_id: &str,
    user_id: &str,
) -> Result<Option<memberships::Model>> {
    Ok(memberships::Entity::find()
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(memberships::Column::UserId.eq(user_id))
        .one(&**work)
        .await?)
}

async fn insert(
    work: &Work,
    biz_id: &str,
    user_id: &str,
    role: Role,
) -> Result<memberships::Model> {
    let row = memberships::Model {
        id: Kind::Membership.mint(work.now),
        biz_id: biz_id.to_owned(),
        user_id: user_id.to_owned(),
        role: role.as_str().to_owned(),
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        blocked_at: None,
    };
    let inserted = memberships::Entity::insert(memberships::ActiveModel::from(row.clone()))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**work)
        .await?;
    match inserted {
        TryInsertResult::Inserted(1..) => Ok(row),
        // They booked in the meantime, which made them a customer.
        _ => {
            let row = membership(work, biz_id, user_id).await?;
            let row = row.ok_or_else(|| Error::fault("the membership in the way is gone"))?;
            write(work, row, role).await
        }
    }
}

/// Gives a member another role.
async fn change(
    work: &Work,
    own: Role,
    row: memberships::Model,
    role: Role,
) -> Result<memberships::Model> {
    let present = row.deleted_at.is_none();
    let before = Role::parse(&row.role).filter(|_| present);
    if let Some(before) = before {
        may_grant(own, before)?;
    }
    if before == Some(Role::Owner) && role != Role::Owner && owners(work, &row.biz_id).await? < 2 {
        return Err(Refusal::new(
            RefusalCode::InvalidState,
            "A business keeps at least one owner.",
        )
        .at("role")
        .into());
    }
    write(work, row, role).await
}

async fn owners(work: &Work, biz_id: &str) -> Result<u64> {
    Ok(memberships::Entity::find()
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(memberships::Column::Role.eq(Role::Owner.as_str()))
        .filter(memberships::Column::DeletedAt.is_null())
        .count(&**work)
        .await?)
}

async fn write(work: &Work, row: memberships::Model, role: Role) -> Result<memberships::Model> {
    let row = memberships::ActiveModel {
        role: Set(role.as_str().to_owned()),
        updated_at: Set(work.now.into()),
        deleted_at: Set(None),
        ..row.into()
    };
    Ok(row.update(&**work).await?)
}
