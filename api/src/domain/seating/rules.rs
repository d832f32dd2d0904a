//! What a seat map must look like. Pure decisions; every refusal is `INVALID_INPUT` and names the field.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::RangeInclusive;

use crate::domain::catalog::rules::{line, within};
use crate::domain::error::Refusal;

/// How many seats a map may have. All of them are shown at once.
pub const MAX_SEATS: usize = 2_500;
/// How wide and how deep a map may be.
const SIZE: RangeInclusive<i32> = 1..=10_000;
/// The longest row label or seat number, in characters.
const MAX_LABEL: usize = 20;
/// The longest seat type, in characters.
const MAX_TYPE: usize = 50;
/// The type of a seat that names none.
const STANDARD: &str = "standard";

/// A seat to be placed on a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatDraft {
    /// The row that it is in.
    pub row_label: String,
    /// Its number in the row.
    pub seat_number: String,
    /// How far it is from the left of the map.
    pub x: i32,
    /// How far it is from the stage.
    pub y: i32,
    /// What kind of seat it is.
    pub seat_type: Option<String>,
    /// Whether somebody in a wheelchair can use it.
    pub is_accessible: bool,
    /// Whether nobody can have it for now.
    pub is_blocked: bool,
}

/// Lets the size of a map pass.
///
/// # Errors
/// `INVALID_INPUT` at `width` or `height`.
pub fn size(width: i32, height: i32) -> Result<(), Refusal> {
    within("width", width, SIZE)?;
    within("height", height, SIZE)?;
    Ok(())
}

/// Takes the seats of a map: 1 to 2,500, all inside, no two alike. Their texts lose the space around
/// them.
///
/// # Errors
/// `INVALID_INPUT` at `seats`, or at the field of a seat, such as `seats.2.x`.
pub fn seats(seats: Vec<SeatDraft>, width: i32, height: i32) -> Result<Vec<SeatDraft>, Refusal> {
    if !(1..=MAX_SEATS).contains(&seats.len()) {
        let message = format!("A map has 1 to {MAX_SEATS} seats.");
        return Err(Refusal::invalid("seats", message));
    }
    let (mut names, mut positions) = (HashSet::new(), HashSet::new());
    let mut checked = Vec::with_capacity(seats.len());
    for (index, seat) in seats.into_iter().enumerate() {
        let at = |field: &str| format!("seats.{index}.{field}");
        let seat = SeatDraft {
            row_label: line(&at("rowLabel"), &seat.row_label, MAX_LABEL)?,
            seat_number: line(&at("seatNumber"), &seat.seat_number, MAX_LABEL)?,
            x: within(&at("x"), seat.x, 0..=width - 1)?,
            y: within(&at("y"), seat.y, 0..=height - 1)?,
            seat_type: Some(match &seat.seat_type {
                Some(text) => line(&at("seatType"), text, MAX_TYPE)?,
                None => STANDARD.to_owned(),
            }),
            ..seat
        };
        if !names.insert((seat.row_label.clone(), seat.seat_number.clone())) {
            let message = "Another seat has this row and number.";
            return Err(Refusal::invalid(&at("seatNumber"), message));
        }
        if !positions.insert((seat.x, seat.y)) {
            let message = "Another seat is at this position.";
            return Err(Refusal::invalid(&at("x"), message));
        }
        checked.push(seat);
    }
    Ok(checked)
}

/// Lets a list pass that names 1 to `most` things, none of them twice.
///
/// # Errors
/// `INVALID_INPUT` at `field`, or at the second of two, such as `seatIds.1`.
pub fn distinct<T: Eq + Hash>(field: &str, list: &[T], most: usize) -> Result<(), Refusal> {
    if !(1..=most).contains(&list.len()) {
        return Err(Refusal::invalid(field, format!("Name 1 to {most} seats.")));
    }
    let mut seen = HashSet::new();
    match list.iter().position(|it| !seen.insert(it)) {
        Some(index) => Err(Refusal::invalid(
            &format!("{field}.{index}"),
            "This seat is named twice.",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(row: &str, number: &str, x: i32, y: i32) -> SeatDraft {
        SeatDraft {
            row_label: row.to_owned(),
            seat_number: number.to_owned(),
            x,
            y,
            seat_type: None,
            is_accessible: false,
            is_blocked: false,
        }
    }

    #[test]
    fn seats_are_told_apart_and_inside_the_map() {
        let fine = seats(vec![seat(" A ", "1", 0, 0), seat("A", "2", 9, 4)], 10, 5).unwrap();
        assert_eq!(fine[0].row_label, "A");
        assert_eq!(fine[0].seat_type.as_deref(), Some("standard"));
        for (field, bad) in [
            ("seats.1.rowLabel", seat(" ", "2", 1, 0)),
            ("seats.1.seatNumber", seat("A", "2\0", 1, 0)),
            ("seats.1.seatNumber", seat("A", &"2".repeat(21), 1, 0)),
            ("seats.1.seatNumber", seat("A", " 1 ", 1, 0)),
            ("seats.1.x", seat("A", "2", 0, 0)),
            ("seats.1.x", seat("A", "2", 10, 0)),
            ("seats.1.y", seat("A", "2", 1, -1)),
            ("seats.1.y", seat("A", "2", 1, 5)),
        ] {
            let refused = seats(vec![seat("A", "1", 0, 0), bad], 10, 5).unwrap_err();
            assert_eq!(refused.field.join("."), field);
        }
        let many = |count: i32| {
            (0..count)
                .map(|x| seat("A", &x.to_string(), x, 0))
                .collect()
        };
        assert_eq!(seats(many(2_500), 9_999, 1).unwrap().len(), 2_500);
        assert!(seats(many(2_501), 9_999, 1).is_err());
        assert!(seats(many(0), 9_999, 1).is_err());
    }

    #[test]
    fn a_map_has_a_size() {
        assert!(size(1, 10_000).is_ok());
        assert_eq!(size(0, 1).unwrap_err().field, ["width"]);
        assert_eq!(size(1, 10_001).unwrap_err().field, ["height"]);
    }

    #[test]
    fn nothing_is_named_twice() {
        assert!(distinct("seatIds", &["a", "b"], 2).is_ok());
        assert!(distinct::<&str>("seatIds", &[], 2).is_err());
        assert!(distinct("seatIds", &["a", "b", "c"], 2).is_err());
        let twice = distinct("seatIds", &["a", "b", "a"], 3).unwrap_err();
        assert_eq!(twice.field, ["seatIds", "2"]);
    }
}
