//! The best seats for a group: next to each other in one row if any row has room for all, else in the
//! nearest rows, and as near to the middle of the hall as can be. A pure search, of one answer.

use std::collections::BTreeMap;

/// A seat, as the search sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its row.
    pub row: &'a str,
    /// How far it is from the left.
    pub x: i32,
    /// How far it is from the stage.
    pub y: i32,
    /// Whether somebody in a wheelchair can use it.
    pub accessible: bool,
    /// Whether it can be had.
    pub free: bool,
}

/// A group that wants to sit, in a hall of that size.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// How many they are.
    pub count: usize,
    /// Whether all their seats must be accessible. Others get accessible seats only when the rest will
    /// not do.
    pub accessible: bool,
    /// How wide the hall is.
    pub width: i32,
    /// How deep the hall is.
    pub height: i32,
}

/// The ids of the seats that fit a group best, or none when there are too few. The same seats always
/// give the same answer, in whatever order they come.
#[must_use]
pub fn best<'a>(spots: &[Spot<'a>], group: Group) -> Option<Vec<&'a str>> {
    if group.count == 0 {
        return Some(Vec::new());
    }
    let rows = rows(spots);
    let chosen = in_one_row(&rows, group).or_else(|| in_near_rows(&rows, group))?;
    Some(chosen.iter().map(|spot| spot.id).collect())
}

/// The rows from the stage to the back, each from left to right.
fn rows<'a>(spots: &[Spot<'a>]) -> Vec<Vec<Spot<'a>>> {
    let mut rows: BTreeMap<&str, Vec<Spot<'a>>> = BTreeMap::new();
    for spot in spots {
        rows.entry(spot.row).or_default().push(*spot);
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    for row in &mut rows {
        row.sort_by_key(|spot| (spot.x, spot.y, spot.id));
    }
    // A row may be bent: its middle tells where it is. The sort is stable, so that ties go by label.
    rows.sort_by_key(|row| middle(row));
    rows
}

/// How far a row is from the stage, times a thousand.
fn middle(row: &[Spot<'_>]) -> i64 {
    let sum: i64 = row.iter().map(|spot| i64::from(spot.y)).sum();
    let length = i64::try_from(row.len()).unwrap_or(i64::MAX).max(1);
    sum * 1_000 / length
}

impl Group {
    fn fits(&self, spot: &Spot<'_>) -> bool {
        spot.free && (spot.accessible || !self.accessible)
    }

    /// How many seats are taken from those who need an accessible one.
    fn spoils(&self, spots: &[Spot<'_>]) -> usize {
        let accessible = spots.iter().filter(|spot| spot.accessible).count();
        if self.accessible { 0 } else { accessible }
    }

    /// How far the seats are from the middle of the hall: the sum of the squares.
    fn distance(&self, spots: &[Spot<'_>]) -> i64 {
        let from = |at: i32, length: i32| 2 * i64::from(at) - (i64::from(length) - 1);
        let square = |spot: &Spot<'_>| {
            let (x, y) = (from(spot.x, self.width), from(spot.y, self.height));
            x * x + y * y
        };
        spots.iter().map(square).sum()
    }
}

/// Neighbours in one row: rather not across an aisle, then near the middle.
fn in_one_row<'a>(rows: &[Vec<Spot<'a>>], group: Group) -> Option<Vec<Spot<'a>>> {
    let windows = rows.iter().flat_map(|row| {
        let aisle = aisle(row);
        row.split(|spot| !group.fits(spot))
            .flat_map(|run| run.windows(group.count))
            .map(move |seats| (aisle, seats))
    });
    let (_, seats) = windows.min_by_key(|(aisle, seats)| {
        let crossed = steps(seats).filter(|step| step >= aisle).count();
        (crossed, group.spoils(seats), group.distance(seats))
    })?;
    Some(seats.to_vec())
}

/// From which step on the way from seat to seat is an aisle: more than half as much again as is usual in
/// the row.
fn aisle(row: &[Spot<'_>]) -> i64 {
    let mut steps: Vec<i64> = steps(row).collect();
    steps.sort_unstable();
    let usual = steps.get(steps.len() / 2).copied().unwrap_or(1);
    usual + usual / 2 + 1
}

fn steps(seats: &[Spot<'_>]) -> impl Iterator<Item = i64> {
    seats.windows(2).map(|pair| {
        let apart = |a: i32, b: i32| (i64::from(a) - i64::from(b)).abs();
        apart(pair[0].x, pair[1].x) + apart(pair[0].y, pair[1].y)
    })
}

/// How many rows more than it must have a block of rows may have, if that brings a group closer together.
const MORE_ROWS: usize = 2;

/// Seats in rows behind one another: as close together as can be, then near the middle.
fn in_near_rows<'a>(rows: &[Vec<Spot<'a>>], group: Group) -> Option<Vec<Spot<'a>>> {
    let free: Vec<Vec<Spot<'a>>> = rows
        .iter()
        .map(|row| row.iter().copied().filter(|it| group.fits(it)).collect())
        .collect();
    let cost = |seats: &[Spot<'a>]| (group.spoils(seats), spread(seats), group.distance(seats));
    let chosen = blocks(&free, group.count).filter_map(|block| {
        let mut seats = block.concat();
        seats.sort_by_key(|spot| (spot.x, spot.y, spot.id));
        let chosen = seats.windows(group.count).min_by_key(|seats| cost(seats))?;
        Some((cost(chosen), chosen.to_vec()))
    });
    let (_, seats) = chosen.min_by_key(|(cost, _)| *cost)?;
    Some(seats)
}

/// How far seats lie apart, from left to right and from the stage to the back.
fn spread(seats: &[Spot<'_>]) -> i64 {
    let along = |at: fn(&Spot<'_>) -> i32| {
        let (least, most) = (seats.iter().map(at).min(), seats.iter().map(at).max());
        i64::from(most.unwrap_or_default()) - i64::from(least.unwrap_or_default())
    };
    along(|spot| spot.x) + along(|spot| spot.y)
}

/// The blocks of rows that hold `count` seats: from every row on as few as will do, and a few more.
fn blocks<'b, 'a>(
    free: &'b [Vec<Spot<'a>>],
    count: usize,
) -> impl Iterator<Item = &'b [Vec<Spot<'a>>]> {
    (0..free.len()).flat_map(move |first| {
        let mut seats = 0;
        let fewest = free[first..].iter().position(|row| {
            seats += row.len();
            seats >= count
        });
        let least = fewest.map_or(free.len(), |more| first + more);
        let most = free.len().min(least.saturating_add(MORE_ROWS + 1));
        (least..most).map(move |last| &free[first..=last])
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    /// A hall drawn with a letter for each seat: `.` free, `a` free and accessible, `x` taken, a space
    /// for none. The rows are A, B, …; the ids tell row and column.
    #[derive(Debug)]
    struct Hall {
        seats: Vec<(String, String, i32, i32, bool, bool)>,
        width: i32,
        height: i32,
    }

    impl Hall {
        fn drawn(rows: &[&str]) -> Self {
            let mut seats = Vec::new();
            for (y, row) in (0..).zip(rows) {
                for (x, seat) in (0..).zip(row.chars()).filter(|(_, seat)| *seat != ' ') {
                    let label = char::from(b'A' + y as u8).to_string();
                    let id = format!("{label}{x}");
                    seats.push((id, label, x, y, seat == 'a', seat != 'x'));
                }
            }
            Self {
                seats,
                width: rows.iter().map(|row| row.len()).max().unwrap_or(1) as i32,
                height: rows.len() as i32,
            }
        }

        fn spots(&self) -> Vec<Spot<'_>> {
            let seats = self.seats.iter();
            let spots = seats.map(|(id, row, x, y, accessible, free)| Spot {
                id,
                row,
                x: *x,
                y: *y,
                accessible: *accessible,
                free: *free,
            });
            spots.collect()
        }

        fn group(&self, count: usize, accessible: bool) -> Group {
            Group {
                count,
                accessible,
                width: self.width,
                height: self.height,
            }
        }

        fn best(&self, count: usize) -> String {
            self.best_of(count, false)
        }

        fn best_of(&self, count: usize, accessible: bool) -> String {
            let found = best(&self.spots(), self.group(count, accessible));
            found.map_or_else(|| "none".to_owned(), |ids| ids.join(" "))
        }
    }

    #[test]
    fn one_gets_the_seat_in_the_middle() {
        assert_eq!(Hall::drawn(&[".....", ".....", "....."]).best(1), "B2");
        // In front, of the two that are next.
        assert_eq!(Hall::drawn(&[".....", "..x..", "....."]).best(1), "A2");
    }

    #[test]
    fn a_group_sits_in_one_row_even_if_that_is_off_the_middle() {
        let hall = Hall::drawn(&["..x..", "..x..", "....x"]);
        assert_eq!(hall.best(4), "C0 C1 C2 C3");
        assert_eq!(hall.best(2), "C1 C2");
    }

    #[test]
    fn a_group_rather_does_not_sit_across_an_aisle() {
        let hall = Hall::drawn(&["... ...", "... ..."]);
        assert_eq!(hall.best(3), "A0 A1 A2");
        assert_eq!(hall.best(4), "A1 A2 A4 A5");
    }

    #[test]
    fn a_group_that_no_row_has_room_for_sits_behind_one_another() {
        let hall = Hall::drawn(&["..xx", "xxxx", "x..x", "x..x"]);
        assert_eq!(hall.best(4), "C1 D1 C2 D2");
        assert_eq!(hall.best(6), "A0 A1 C1 D1 C2 D2");
        assert_eq!(hall.best(7), "none");
    }

    #[test]
    fn accessible_seats_are_for_those_who_ask_until_no_others_are_left() {
        let hall = Hall::drawn(&[".aa.", ".aa."]);
        assert_eq!(hall.best_of(2, true), "A1 A2");
        assert_eq!(hall.best_of(3, true), "A1 B1 A2");
        assert_eq!(hall.best_of(5, true), "none");
        assert_eq!(hall.best(1), "A0");
        assert_eq!(hall.best(2), "A0 A1");
        assert_eq!(Hall::drawn(&["aa", "xx"]).best(2), "A0 A1");
    }

    #[test]
    fn nobody_gets_nothing_and_nothing_is_got_where_nothing_is() {
        assert_eq!(Hall::drawn(&["xx"]).best(1), "none");
        assert_eq!(best(&[], Hall::drawn(&[]).group(1, false)), None);
    }

    #[test]
    fn ten_thousand_seats_are_searched_in_no_time() {
        // The last seats of a hall, no two of them together: the longest way to go.
        let rows: Vec<String> = (0..100)
            .map(|y| {
                let free = |x: usize| (x * 7 + y * 13) % 11 == 0;
                (0..100).map(|x| if free(x) { '.' } else { 'x' }).collect()
            })
            .collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let mut hall = Hall::drawn(&rows[..26]);
        let first = hall.seats.clone();
        for band in 1..4 {
            hall.seats.extend(first.iter().cloned().map(|mut seat| {
                seat.0 = format!("{}-{band}", seat.0);
                seat.1 = format!("{}-{band}", seat.1);
                seat.3 += 26 * band;
                seat
            }));
        }
        hall.height = 104;
        assert_eq!(hall.seats.len(), 10_400);
        let spots = hall.spots();
        let begun = Instant::now();
        for count in [1, 2, 10, 50] {
            let found = best(&spots, hall.group(count, false)).unwrap();
            assert_eq!(found.len(), count);
        }
        // Without optimisation, on a busy machine.
        assert!(begun.elapsed() < Duration::from_secs(2), "{begun:?}");
    }

    fn hall() -> impl Strategy<Value = Hall> {
        let row = proptest::collection::vec(proptest::char::range('a', 'd'), 1..9);
        proptest::collection::vec(row, 1..7).prop_map(|rows| {
            let letter = |letter| match letter {
                'a' => 'a',
                'b' => ' ',
                'c' => 'x',
                _ => '.',
            };
            let rows: Vec<String> = rows
                .into_iter()
                .map(|row| row.into_iter().map(letter).collect())
                .collect();
            Hall::drawn(&rows.iter().map(String::as_str).collect::<Vec<_>>())
        })
    }

    /// Whether a row has that many free seats that nobody sits between.
    fn has_room(hall: &Hall, count: usize, accessible: bool) -> bool {
        let longest = |row: Vec<Spot<'_>>| {
            let group = hall.group(count, accessible);
            let runs = row.split(|it| !group.fits(it)).map(<[_]>::len).max();
            runs.unwrap_or(0)
        };
        rows(&hall.spots())
            .into_iter()
            .any(|row| longest(row) >= count)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_group_gets_as_many_free_seats_as_it_wants_or_there_are_too_few(
            hall in hall(), count in 1_usize..8, accessible: bool,
        ) {
            let spots = hall.spots();
            let group = hall.group(count, accessible);
            let fitting: HashSet<&str> = spots.iter().filter(|it| group.fits(it)).map(|it| it.id).collect();
            match best(&spots, group) {
                Some(ids) => {
                    let distinct: HashSet<&str> = ids.iter().copied().collect();
                    prop_assert_eq!((ids.len(), distinct.len()), (count, count));
                    prop_assert!(distinct.is_subset(&fitting));
                }
                None => prop_assert!(fitting.len() < count),
            }
        }

        #[test]
        fn a_group_sits_together_whenever_any_row_has_room(
            hall in hall(), count in 1_usize..8, accessible: bool,
        ) {
            let spots = hall.spots();
            let Some(ids) = best(&spots, hall.group(count, accessible)) else { return Ok(()) };
            let sits_together = rows(&spots).into_iter().any(|row| {
                row.windows(count).any(|seats| seats.iter().all(|seat| ids.contains(&seat.id)))
            });
            prop_assert_eq!(sits_together, has_room(&hall, count, accessible));
        }

        #[test]
        fn the_answer_does_not_depend_on_the_order_of_the_seats(
            hall in hall(), count in 1_usize..8, turn in 0_usize..50,
        ) {
            let mut spots = hall.spots();
            let before = best(&spots, hall.group(count, false));
            spots.reverse();
            let middle = turn % spots.len().max(1);
            spots.rotate_left(middle);
            prop_assert_eq!(best(&spots, hall.group(count, false)), before);
        }
    }
}
