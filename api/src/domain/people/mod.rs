//! People: who they are, and what they are to each business.

pub mod blocking;
pub mod customer;
pub mod directory;
mod identity;
pub mod members;
mod repo;
mod scope;

use std::collections::{HashMap, HashSet};

use sea_orm::DbErr;

use super::{
    Error, Gateway, Refusal, Result,
    ids::Kind,
    viewer::{Role, Viewer},
};
pub use identity::Identity;
use repo::Account;

/// Finds the person behind an identity, with their role in each business.
///
/// The first call of a new subject makes the user; or, if the identity carries a verified email address and
/// somebody with that address has never signed in, it makes that user theirs, with the memberships and
/// bookings that staff entered for them. Any number of first calls at once make one user.
///
/// # Errors
/// `Unauthenticated` when the subject is unacceptable or the user has been deleted; a fault when the
/// database fails.
pub async fn sign_in(gateway: &Gateway, identity: &Identity) -> Result<Viewer> {
    if !identity.has_acceptable_subject() {
        return Err(Error::Unauthenticated);
    }
    let db = gateway.db.reader();
    let account = match repo::account(db, &identity.subject).await? {
        Some(account) => account,
        None => welcome(gateway, identity).await?,
    };
    if account.deleted {
        return Err(Error::Unauthenticated);
    }
    let scopes: HashSet<_> = identity.scopes.iter().cloned().collect();
    let user_id = account.user_id.clone();
    Ok(Viewer::signed_in(user_id, roles(account), scopes))
}

/// The same viewer with the roles of this moment, for what outlives a request.
///
/// # Errors
/// `Unauthenticated` for the anonymous and for whoever has been deleted; a fault when the database fails.
pub async fn as_of_now(gateway: &Gateway, viewer: &Viewer) -> Result<Viewer> {
    let account = repo::account_of(gateway.db.reader(), viewer.user_id()?).await?;
    match account {
        Some(account) if !account.deleted => Ok(viewer.with_roles(roles(account))),
        _ => Err(Error::Unauthenticated),
    }
}

/// Finds the identity that signs in as a user, named by their id, email address or subject. What is neither an
/// id nor an address may be the subject of somebody who has yet to come.
///
/// # Errors
/// `NOT_FOUND` when there is no such user; a fault when the database fails.
pub async fn identity_of(gateway: &Gateway, name: &str) -> Result<Identity> {
    match repo::named(gateway.db.reader(), name).await? {
        Some(user) => {
            // Somebody who has never signed in is found by their address when they do.
            let subject = user.subject.unwrap_or_else(|| format!("token|{}", user.id));
            Ok(Identity {
                subject,
                name: Some(user.name),
                verified_email: user.email,
                scopes: Vec::new(),
            })
        }
        None if Kind::of(name).is_some() || name.contains('@') => {
            Err(Refusal::not_found("user", "user").into())
        }
        None => Ok(Identity {
            subject: name.to_owned(),
            ..Identity::default()
        }),
    }
}

/// Adopts or makes the user. Each step is one statement that does nothing when somebody else was faster, so
/// that whoever comes first, all find the same user in the end.
async fn welcome(gateway: &Gateway, identity: &Identity) -> Result<Account> {
    let (db, now) = (gateway.db.writer(), gateway.clock.now());
    let adopted = match identity.email() {
        Some(email) => repo::adopt(db, &identity.subject, &email, now).await?,
        None => false,
    };
    if !adopted {
        repo::insert_unless_known(db, identity, now).await?;
    }
    repo::account(db, &identity.subject)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the user just signed in".into()).into())
}

fn roles(account: Account) -> HashMap<String, Role> {
    let memberships = account.memberships.into_iter();
    memberships
        .filter_map(|(biz_id, role)| Some((biz_id, Role::parse(&role)?)))
        .collect()
}
