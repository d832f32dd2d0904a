//! The reason that somebody gives for what they do.

use super::error::Refusal;

/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;

/// Checks a reason that somebody gives; one of nothing but spaces is none.
///
/// # Errors
/// `INVALID_INPUT` at `reason` when it is too long.
pub fn checked(reason: Option<String>) -> Result<Option<String>, Refusal> {
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    match &reason {
        Some(text) if text.chars().count() > MAX_REASON || text.contains('\0') => Err(
            Refusal::invalid("reason", format!("At most {MAX_REASON} characters.")),
        ),
        _ => Ok(reason),
    }
}
