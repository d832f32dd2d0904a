//! What an identity provider says about a person, made fit for the tables.

/// The lengths of the columns of `users`, in characters.
const LONGEST_SUBJECT: usize = 255;
const LONGEST_NAME: usize = 200;
const LONGEST_EMAIL: usize = 320;

/// Somebody that a token names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name for them, which never changes.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    /// Their email address, if the provider has checked that it is theirs.
    pub verified_email: Option<String>,
    /// What the token allows besides, such as `payments:write`.
    pub scopes: Vec<String>,
}

impl Identity {
    /// Whether the subject can be stored as it is; cutting it could make two people one.
    pub(super) fn has_acceptable_subject(&self) -> bool {
        !self.subject.trim().is_empty()
            && self.subject.chars().count() <= LONGEST_SUBJECT
            && !self.subject.contains(char::is_control)
    }

    /// The email address, if it can be one.
    pub(super) fn email(&self) -> Option<String> {
        let email = self.verified_email.as_deref()?.trim();
        let acceptable = email.chars().count() <= LONGEST_EMAIL
            && !email.contains(|it: char| it.is_control() || it.is_whitespace())
            && email
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        acceptable.then(|| email.to_owned())
    }

    /// The name, cut to size; for want of one, the part of the email address before the `@`.
    pub(super) fn display_name(&self) -> String {
        let named = self.name.as_deref().map(fit).unwrap_or_default();
        if !named.is_empty() {
            return named;
        }
        let addressed = self.email();
        match addressed.as_deref().and_then(|it| it.split_once('@')) {
            Some((name, _)) => fit(name),
            None => "Guest".to_owned(),
        }
    }
}

fn fit(name: &str) -> String {
    let printable: String = name.chars().filter(|it| !it.is_control()).collect();
    let cut: String = printable.trim().chars().take(LONGEST_NAME).collect();
    cut.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Identity {
        Identity {
            name: Some(name.to_owned()),
            ..Identity::default()
        }
    }

    fn mailed(email: &str) -> Identity {
        Identity {
            verified_email: Some(email.to_owned()),
            ..Identity::default()
        }
    }

    #[test]
    fn a_subject_is_taken_whole_or_not_at_all() {
        for (subject, expected) in [
            ("auth0|abc", true),
            (&"x".repeat(255), true),
            (&"x".repeat(256), false),
            ("", false),
            (" ", false),
            ("nul\0", false),
            ("two\nlines", false),
        ] {
            let identity = Identity {
                subject: subject.to_owned(),
                ..Identity::default()
            };
            assert_eq!(identity.has_acceptable_subject(), expected, "{subject:?}");
        }
    }

    #[test]
    fn a_name_is_cut_and_cleaned() {
        assert_eq!(named("  Ada\0 Lovelace\n").display_name(), "Ada Lovelace");
        assert_eq!(
            named(&"é".repeat(40_000)).display_name().chars().count(),
            200
        );
        assert_eq!(named("\u{7}").display_name(), "Guest");
        assert_eq!(mailed("ada@example.org").display_name(), "ada");
    }

    #[test]
    fn what_is_no_address_is_ignored() {
        assert_eq!(
            mailed(" Ada@Example.org ").email().unwrap(),
            "Ada@Example.org"
        );
        for odd in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "a b@example.org",
            "a\0@b",
        ] {
            assert_eq!(mailed(odd).email(), None, "{odd:?}");
        }
        assert_eq!(
            mailed(&format!("{}@example.org", "a".repeat(320))).email(),
            None
        );
    }
}
