//! What is counted of a selection.

use super::{Limit, Limits, Unfit};

/// The counts of a selection, with everything in it. They saturate: fragments multiply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Fields at the top of it.
    pub width: u64,
    /// Fields and fragments.
    pub fields: u64,
    /// Aliases.
    pub aliases: u64,
    /// Directives.
    pub directives: u64,
    /// The most directives in one place.
    pub most_directives: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Lists of the schema's parts within each other.
    pub introspection: usize,
    /// Whether the schema is read through itself.
    pub reads_schema: bool,
    /// The cost, apart from `per_item`.
    pub cost: u64,
    /// For a page of a list: the cost of each item.
    pub per_item: u64,
}

impl Sum {
    /// Both beside each other.
    pub fn and(self, other: Self) -> Self {
        Self {
            width: self.width.saturating_add(other.width),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            most_directives: self.most_directives.max(other.most_directives),
            depth: self.depth.max(other.depth),
            introspection: self.introspection.max(other.introspection),
            reads_schema: self.reads_schema || other.reads_schema,
            cost: self.cost.saturating_add(other.cost),
            per_item: self.per_item.saturating_add(other.per_item),
        }
    }

    /// With so many directives in one more place.
    pub fn with_directives(mut self, count: usize) -> Self {
        self.directives = self.directives.saturating_add(count as u64);
        self.most_directives = self.most_directives.max(count);
        self
    }

    /// Holds all but the cost against the limits.
    pub fn check(&self, limits: &Limits) -> Result<(), Unfit> {
        Limit::Fields.check(self.fields, limits.fields)?;
        Limit::Depth.check(self.depth as u64, limits.depth)?;
        Limit::Aliases.check(self.aliases, limits.aliases)?;
        Limit::Directives.check(self.directives, limits.directives)?;
        Limit::DirectivesPerPlace
            .check(self.most_directives as u64, limits.directives_per_place)?;
        Limit::Introspection.check(self.introspection as u64, super::measure::MAX_SCHEMA_LISTS)?;
        if self.reads_schema && !limits.introspection {
            return Err(Unfit::Malformed("Introspection is off here."));
        }
        Ok(())
    }
}
