//! Who is asking, and what they may do. Roles come from `memberships` alone.

use std::collections::{HashMap, HashSet};

use super::error::{Error, Refusal, Result};

/// What a person is to a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Books there.
    Customer,
    /// Hosts or instructs.
    Host,
    /// Works at the desk.
    Staff,
    /// Runs the place.
    Manager,
    /// Administers everything.
    Admin,
    /// Owns the business.
    Owner,
}

impl Role {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Host => "host",
            Self::Staff => "staff",
            Self::Manager => "manager",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "customer" => Self::Customer,
            "host" => Self::Host,
            "staff" => Self::Staff,
            "manager" => Self::Manager,
            "admin" => Self::Admin,
            "owner" => Self::Owner,
            _ => return None,
        })
    }

    /// Everybody but customers.
    #[must_use]
    pub fn is_staff(self) -> bool {
        self > Self::Customer
    }

    /// Those who shape the catalog: managers, admins and owners.
    #[must_use]
    pub fn is_manager(self) -> bool {
        self >= Self::Manager
    }
}

/// Who is asking.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    user_id: Option<String>,
    roles: HashMap<String, Role>,
    scopes: HashSet<String>,
}

impl Viewer {
    /// Somebody who is not signed in.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// A signed-in person with their role per business id, and the scopes of their token.
    #[must_use]
    pub fn signed_in(
        user_id: String,
        roles: HashMap<String, Role>,
        scopes: HashSet<String>,
    ) -> Self {
        Self {
            user_id: Some(user_id),
            roles,
            scopes,
        }
    }

    /// The viewer's user id, if they are signed in.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// The viewer's user id.
    ///
    /// # Errors
    /// `Unauthenticated` for an anonymous viewer.
    pub fn user_id(&self) -> Result<&str> {
        self.id().ok_or(Error::Unauthenticated)
    }

    /// Whether the viewer is that user.
    #[must_use]
    pub fn is(&self, user_id: &str) -> bool {
        self.id() == Some(user_id)
    }

    /// The viewer's role in a business.
    #[must_use]
    pub fn role_in(&self, biz_id: &str) -> Option<Role> {
        self.roles.get(biz_id).copied()
    }

    /// Whether the viewer works for the business.
    #[must_use]
    pub fn is_staff_of(&self, biz_id: &str) -> bool {
        self.role_in(biz_id).is_some_and(Role::is_staff)
    }

    /// The businesses that the viewer works for.
    pub fn staffed(&self) -> impl Iterator<Item = &str> {
        self.roles
            .iter()
            .filter(|(_, role)| role.is_staff())
            .map(|(biz_id, _)| biz_id.as_str())
    }

    /// The same viewer with other roles.
    #[must_use]
    pub fn with_roles(&self, roles: HashMap<String, Role>) -> Self {
        Self {
            roles,
            ..self.clone()
        }
    }

    /// Whether `other` has every role that this viewer has as staff, or a higher one.
    #[must_use]
    pub fn is_matched_by(&self, other: &Self) -> bool {
        let roles = self.roles.iter().filter(|(_, role)| role.is_staff());
        self.user_id == other.user_id
            && roles
                .into_iter()
                .all(|(biz_id, role)| other.role_in(biz_id) >= Some(*role))
    }

    /// Whether the viewer's token carries a scope, such as `payments:write`.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Lets the staff of a business pass.
    ///
    /// # Errors
    /// `Unauthenticated` for the anonymous; `NOT_FOUND` at `field` for everybody else, because whoever
    /// does not work there is not told whether the thing exists.
    pub fn require_staff(&self, biz_id: &str, field: &str, what: &str) -> Result<Role> {
        self.user_id()?;
        match self.role_in(biz_id) {
            Some(role) if role.is_staff() => Ok(role),
            _ => Err(Refusal::not_found(field, what).into()),
        }
    }

    /// Lets the managers, admins and owners of a business pass.
    ///
    /// # Errors
    /// As [`Viewer::require_staff`], and `Forbidden` for staff of a lower role.
    pub fn require_manager(&self, biz_id: &str, field: &str, what: &str) -> Result<Role> {
        let role = self.require_staff(biz_id, field, what)?;
        if !role.is_manager() {
            return Err(Error::Forbidden(
                "Only an owner, an admin or a manager may do this.",
            ));
        }
        Ok(role)
    }
}
