//! What the inputs of the catalog must look like. Pure decisions; every refusal is `INVALID_INPUT` and
//! names the field.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::domain::error::Refusal;

/// The longest slug, in characters.
const MAX_SLUG: usize = 120;
/// The longest name, in characters.
const MAX_NAME: usize = 200;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 10_000;
/// The longest reason, in characters.
const MAX_REASON: usize = 200;
/// The longest email address, in characters.
const MAX_EMAIL: usize = 320;
/// The longest telephone number, in characters.
const MAX_PHONE: usize = 40;

/// Whether the text can be a slug: small letters, digits and hyphens.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=MAX_SLUG).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Takes a name: one line of 1 to 200 characters, without the space around it.
///
/// # Errors
/// `INVALID_INPUT` at `field`.
pub fn name(field: &str, text: &str) -> Result<String, Refusal> {
    line(field, text, MAX_NAME)
}

/// Takes a slug: 1 to 120 small letters, digits and hyphens.
///
/// # Errors
/// `INVALID_INPUT` at `slug`.
pub fn slug(text: &str) -> Result<String, Refusal> {
    match is_slug(text) {
        true => Ok(text.to_owned()),
        false => Err(Refusal::invalid(
            "slug",
            format!("A slug has 1 to {MAX_SLUG} small letters, digits and hyphens."),
        )),
    }
}

/// Takes a reason: one line of at most 200 characters; an empty one is none.
///
/// # Errors
/// `INVALID_INPUT` at `field`.
pub fn reason(field: &str, text: Option<&str>) -> Result<Option<String>, Refusal> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| line(field, text, MAX_REASON))
        .transpose()
}

/// Takes a description: any lines, of at most 10,000 characters in all; an empty one is none.
///
/// # Errors
/// `INVALID_INPUT` at `description`.
pub fn description(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if text.chars().count() > MAX_DESCRIPTION || text.contains(strange) {
        return Err(Refusal::invalid(
            "description",
            format!("At most {MAX_DESCRIPTION} characters of plain text."),
        ));
    }
    Ok(Some(text.to_owned()))
}

/// Takes an email address: something before and after an `@`, at most 320 characters.
///
/// # Errors
/// `INVALID_INPUT` at `email`.
pub fn email(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let strange = |letter: char| letter.is_control() || letter.is_whitespace();
    let acceptable = text.chars().count() <= MAX_EMAIL
        && !text.contains(strange)
        && text
            .rsplit_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    match acceptable {
        true => Ok(text.to_owned()),
        false => Err(Refusal::invalid(
            "email",
            "Expected an email address, such as ada@example.com.",
        )),
    }
}

/// Takes a telephone number: one line of at most 40 characters; an empty one is none.
///
/// # Errors
/// `INVALID_INPUT` at `phone`.
pub fn phone(text: Option<&str>) -> Result<Option<String>, Refusal> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| line("phone", text, MAX_PHONE))
        .transpose()
}

/// Lets a number within `range` pass.
///
/// # Errors
/// `INVALID_INPUT` at `field`.
pub fn within<T: PartialOrd + Display>(
    field: &str,
    number: T,
    range: RangeInclusive<T>,
) -> Result<T, Refusal> {
    match range.contains(&number) {
        true => Ok(number),
        false => Err(Refusal::invalid(
            field,
            format!("Expected {} to {}.", range.start(), range.end()),
        )),
    }
}

/// Lets a number within `range`, or none, pass.
///
/// # Errors
/// `INVALID_INPUT` at `field`.
pub fn some_within<T: PartialOrd + Display>(
    field: &str,
    number: Option<T>,
    range: RangeInclusive<T>,
) -> Result<Option<T>, Refusal> {
    number
        .map(|number| within(field, number, range))
        .transpose()
}

/// Lets a position on the globe pass, in degrees: both parts or neither.
///
/// # Errors
/// `INVALID_INPUT` at `latitude` or `longitude`.
pub fn position(latitude: Option<f64>, longitude: Option<f64>) -> Result<(), Refusal> {
    some_within("latitude", latitude, -90.0..=90.0)?;
    some_within("longitude", longitude, -180.0..=180.0)?;
    let missing = match (latitude, longitude) {
        (Some(_), None) => "longitude",
        (None, Some(_)) => "latitude",
        _ => return Ok(()),
    };
    Err(Refusal::invalid(
        missing,
        "Give both `latitude` and `longitude`, or neither.",
    ))
}

/// Takes one line of 1 to `longest` characters, without the space around it.
///
/// # Errors
/// `INVALID_INPUT` at `field`.
pub fn line(field: &str, text: &str, longest: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    match (1..=longest).contains(&length) && !text.contains(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(Refusal::invalid(
            field,
            format!("Expected one line of 1 to {longest} characters."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_the_space_around_it() {
        assert_eq!(name("name", "  Ada's Yoga ").unwrap(), "Ada's Yoga");
        assert_eq!(name("name", &"é".repeat(200)).unwrap().chars().count(), 200);
        for bad in ["", "  ", "a\0b", "a\nb", &"é".repeat(201)] {
            assert_eq!(name("name", bad).unwrap_err().field, ["name"], "{bad:?}");
        }
    }

    #[test]
    fn a_slug_is_of_small_letters_digits_and_hyphens() {
        assert!(is_slug("ada-s-yoga-2"));
        for bad in ["", "Ada", "a b", "ä", "a_b", "a\0", &"a".repeat(121)] {
            assert!(!is_slug(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_email_address_has_two_sides() {
        assert_eq!(email(" ada@example.com ").unwrap(), "ada@example.com");
        for bad in ["", "ada", "@example.com", "ada@", "a b@c", "a@b\0"] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_position_is_whole_and_on_the_globe() {
        assert!(position(None, None).is_ok());
        assert!(position(Some(90.0), Some(-180.0)).is_ok());
        assert_eq!(position(Some(1.0), None).unwrap_err().field, ["longitude"]);
        assert_eq!(
            position(Some(90.1), Some(0.0)).unwrap_err().field,
            ["latitude"]
        );
    }
}
