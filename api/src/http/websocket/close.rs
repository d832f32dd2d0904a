//! How a connection ends.

use std::borrow::Cow;

use axum::extract::ws::{CloseFrame, Message};

/// The longest reason that fits into a close frame, in bytes (RFC 6455, 5.5).
const LONGEST_REASON: usize = 123;

/// A close code with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

impl Close {
    pub(super) const GOING_AWAY: Self = Self::fixed(1001, "The server is going away");
    pub(super) const TOO_BIG: Self = Self::fixed(1009, "The message is too big");
    pub(super) const UNAUTHORIZED: Self = Self::fixed(4401, "Unauthorized");
    pub(super) const EXPIRED: Self = Self::fixed(4403, "The token has expired");
    pub(super) const PROTOCOL: Self = Self::fixed(4406, "Subprotocol not acceptable");
    pub(super) const INIT_TIMEOUT: Self = Self::fixed(4408, "Connection initialisation timeout");
    pub(super) const SECOND_INIT: Self = Self::fixed(4429, "Too many initialisation requests");

    const fn fixed(code: u16, reason: &'static str) -> Self {
        Self {
            code,
            reason: Cow::Borrowed(reason),
        }
    }

    pub(super) fn bad_message(why: impl Into<String>) -> Self {
        Self::because(4400, why.into())
    }

    pub(super) fn forbidden(why: impl Into<String>) -> Self {
        Self::because(4403, why.into())
    }

    pub(super) fn taken(id: &str) -> Self {
        Self::because(4409, format!("Subscriber for {id} already exists"))
    }

    /// A frame with a longer reason is illegal, and breaks clients.
    fn because(code: u16, mut reason: String) -> Self {
        reason.truncate(reason.floor_char_boundary(LONGEST_REASON));
        Self {
            code,
            reason: reason.into(),
        }
    }
}

impl From<Close> for Message {
    fn from(Close { code, reason }: Close) -> Self {
        Self::Close(Some(CloseFrame {
            code,
            reason: match reason {
                Cow::Borrowed(reason) => reason.into(),
                Cow::Owned(reason) => reason.into(),
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fit_into_a_close_frame() {
        for id in [
            "x".repeat(1_000),
            "é".repeat(1_000),
            "x\u{1f600}".repeat(99),
        ] {
            let close = Close::taken(&id);
            assert_eq!(close.code, 4409);
            assert!(close.reason.len() <= LONGEST_REASON);
            assert!(close.reason.len() > LONGEST_REASON - 4);
        }
        assert_eq!(Close::taken("1").reason, "Subscriber for 1 already exists");
    }
}
