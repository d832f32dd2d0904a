//! The names of operations that are counted one by one.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// How many names are counted: enough for the documents of a few apps. Clients choose them, and every
/// label is kept for good.
const MOST: usize = 200;
/// The longest name that is counted.
const LONGEST: usize = 64;

/// The names that have been counted so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(Arc<RwLock<HashSet<String>>>);

impl Names {
    /// The label of an operation of that name. A new name becomes one only if the operation was good: what
    /// anybody can make up for nothing does not crowd out the names of real apps.
    pub(super) fn label(&self, name: Option<&str>, good: bool) -> String {
        const OTHER: &str = "(other)";
        let Some(name) = name else {
            return "(none)".to_owned();
        };
        if self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(name)
        {
            return name.to_owned();
        }
        if !good || name.len() > LONGEST {
            return OTHER.to_owned();
        }
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if names.len() < MOST || names.contains(name) {
            names.insert(name.to_owned());
            return name.to_owned();
        }
        OTHER.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_names_are_counted() {
        let names = Names::default();
        for number in 0..MOST {
            let name = format!("Name{number}");
            assert_eq!(names.label(Some(&name), true), name);
        }
        assert_eq!(names.label(Some("OneMore"), true), "(other)");
        assert_eq!(names.label(Some("Name0"), false), "Name0");
    }

    #[test]
    fn a_name_is_counted_once_it_has_done_something_good() {
        let names = Names::default();
        assert_eq!(names.label(Some("Mine"), false), "(other)");
        assert_eq!(names.label(Some("Mine"), true), "Mine");
        assert_eq!(names.label(Some("Mine"), false), "Mine");
        assert_eq!(names.label(Some(&"x".repeat(LONGEST + 1)), true), "(other)");
        assert_eq!(names.label(None, true), "(none)");
    }
}
