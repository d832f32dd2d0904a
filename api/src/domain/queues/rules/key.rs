//! Sort keys: where in a line a key goes, and how keys are spread when a gap is used up.

/// How far apart the keys of entries are that join one after the other. Ten moves fit into each gap, and two
/// million people can join before the keys of a queue run out and are dealt anew.
pub const STEP: i32 = 1_024;

/// A key between two neighbours; nothing when they leave no room. `None` is the end of the line.
#[must_use]
pub fn between(before: Option<i32>, after: Option<i32>) -> Option<i32> {
    match (before, after) {
        (None, None) => Some(0),
        (Some(before), None) => before.checked_add(STEP),
        (None, Some(after)) => after.checked_sub(STEP),
        (Some(before), Some(after)) => {
            let gap = i64::from(after) - i64::from(before);
            let middle = i64::from(before) + gap / 2;
            (gap >= 2).then(|| i32::try_from(middle).ok()).flatten()
        }
    }
}

/// Keys for `count` entries in a row, spread evenly between two neighbours; nothing when that leaves them too
/// close to each other to be of use.
#[must_use]
pub fn spread(before: Option<i32>, after: Option<i32>, count: usize) -> Option<Vec<i32>> {
    /// The smallest gap that is worth having.
    const CLOSEST: i64 = 32;
    let count = i64::try_from(count).ok()?;
    let (first, step) = match (before.map(i64::from), after.map(i64::from)) {
        (Some(before), Some(after)) => {
            let step = (after - before) / (count + 1);
            (before + step, step.min(i64::from(STEP)))
        }
        (Some(before), None) => (before + i64::from(STEP), i64::from(STEP)),
        (None, Some(after)) => (after - count * i64::from(STEP), i64::from(STEP)),
        // All of the line: in the middle of what there is.
        (None, None) => (-(count / 2) * i64::from(STEP), i64::from(STEP)),
    };
    let keys = (0..count).map(|number| i32::try_from(first + number * step).ok());
    match step >= CLOSEST {
        true => keys.collect(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_between_two_lies_between_them(before: Option<i32>, after: Option<i32>) {
            if let Some(key) = between(before, after) {
                prop_assert!(before.is_none_or(|before| before < key));
                prop_assert!(after.is_none_or(|after| key < after));
            }
        }

        #[test]
        fn spread_keys_are_in_order_and_in_bounds(
            before: Option<i32>, after: Option<i32>, count in 0..300_usize,
        ) {
            prop_assume!(before.is_none_or(|before| after.is_none_or(|after| before < after)));
            if let Some(keys) = spread(before, after, count) {
                prop_assert_eq!(keys.len(), count);
                prop_assert!(keys.is_sorted_by(|a, b| a < b));
                prop_assert!(keys.iter().all(|key| before.is_none_or(|it| it < *key)));
                prop_assert!(keys.iter().all(|key| after.is_none_or(|it| *key < it)));
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_leave_no_room() {
        assert_eq!(between(Some(i32::MAX - 5), None), None);
        assert_eq!(between(None, Some(i32::MIN + 5)), None);
        assert_eq!(between(Some(7), Some(8)), None);
        assert_eq!(between(Some(7), Some(9)), Some(8));
        assert_eq!(spread(Some(i32::MAX - 5), None, 1), None);
        assert_eq!(spread(Some(0), Some(100), 10), None);
    }
}
