//! What the catalog's inputs must look like. Pure decisions.

/// The longest slug, in characters.
const MAX_SLUG: usize = 120;

/// Whether the text can be a slug: small letters, digits and hyphens.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=MAX_SLUG).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}
