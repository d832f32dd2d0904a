//! What the inputs of queues must look like. Every refusal is `INVALID_INPUT` and names the field.

use std::ops::RangeInclusive;

use crate::domain::error::Refusal;

/// How many people a party has.
const PARTY: RangeInclusive<i32> = 1..=1_000;
/// How many people a queue has room for.
const CAPACITY: RangeInclusive<i32> = 0..=1_000_000;
/// How long a service takes, in minutes: up to a day.
const SERVICE_TIME: RangeInclusive<i32> = 1..=1_440;
/// How long an offer of a place may stand, in minutes: up to a week.
const OFFER_WINDOW: RangeInclusive<i32> = 1..=10_080;
/// How long before the start places may stop being given out, in minutes: up to four weeks.
const CUTOFF: RangeInclusive<i32> = 0..=40_320;
/// The longest note, in characters.
const MAX_NOTES: usize = 2_000;

/// Takes the size of a party; one person when none is given.
///
/// # Errors
/// `INVALID_INPUT` at `partySize`.
pub fn party(size: Option<i32>) -> Result<i32, Refusal> {
    within("partySize", size.unwrap_or(1), &PARTY)
}

/// Takes how many people a queue has room for.
///
/// # Errors
/// `INVALID_INPUT` at `maxCapacity`.
pub fn capacity(people: i32) -> Result<i32, Refusal> {
    within("maxCapacity", people, &CAPACITY)
}

/// Takes how long a service takes, in minutes.
///
/// # Errors
/// `INVALID_INPUT` at `estimatedServiceTimeMin`.
pub fn service_time(minutes: i32) -> Result<i32, Refusal> {
    within("estimatedServiceTimeMin", minutes, &SERVICE_TIME)
}

/// Takes how long an offer of a place stands, in minutes.
///
/// # Errors
/// `INVALID_INPUT` at `offerWindowMin`.
pub fn offer_window(minutes: i32) -> Result<i32, Refusal> {
    within("offerWindowMin", minutes, &OFFER_WINDOW)
}

/// Takes how long before the start no place is given out any more, in minutes.
///
/// # Errors
/// `INVALID_INPUT` at `cutoffMin`.
pub fn cutoff(minutes: i32) -> Result<i32, Refusal> {
    within("cutoffMin", minutes, &CUTOFF)
}

/// Takes notes; empty ones are none.
///
/// # Errors
/// `INVALID_INPUT` at `notes`.
pub fn notes(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if text.chars().count() > MAX_NOTES || text.contains(strange) {
        let message = format!("At most {MAX_NOTES} characters of plain text.");
        return Err(Refusal::invalid("notes", message));
    }
    Ok(Some(text.to_owned()))
}

/// Takes a number that lies in a range.
///
/// # Errors
/// `INVALID_INPUT` at `field`.
pub fn within(field: &str, number: i32, range: &RangeInclusive<i32>) -> Result<i32, Refusal> {
    match range.contains(&number) {
        true => Ok(number),
        false => Err(Refusal::invalid(
            field,
            format!("Expected {} to {}.", range.start(), range.end()),
        )),
    }
}
