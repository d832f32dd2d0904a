//! Walks a document once, fragment by fragment.

use std::collections::HashMap;

use async_graphql::{
    Name, Value as ConstValue, Variables,
    parser::types::{
        ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

use super::{
    Limit, Limits, Measured, Unfit,
    outline::{Outline, TypeOutline},
    sum::Sum,
};
use crate::graphql::connection::{DEFAULT_SIZE, MAX_SIZE};

/// The items that a list is taken to have when nothing tells.
const LIST: u64 = 10;

/// What it costs to read the schema.
const SCHEMA: u64 = 10;

/// How often `fields`, `interfaces` and their like may be within each other, which multiplies.
pub(super) const MAX_SCHEMA_LISTS: usize = 2;

/// How deep fields and fragments may be within each other: the walks of the document, here and in the
/// schema's own rules, descend as often.
pub const MAX_NESTING: usize = 64;

pub(super) fn measure(
    outline: &Outline,
    limits: &Limits,
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Variables,
) -> Result<Measured, Unfit> {
    // Every operation is measured, for the schema's rules look at each of them; only one is executed.
    let mut whole = Sum::default();
    let mut chosen = None;
    let mut used = HashMap::new();
    let only = document.operations.iter().count() == 1;
    for (name, operation) in document.operations.iter() {
        let operation = &operation.node;
        let mut walk = Walk {
            outline,
            document,
            variables,
            operation,
            fragments: HashMap::new(),
        };
        let sum = walk.operation()?;
        whole = whole.and(sum);
        whole.check(limits)?;
        used.extend(walk.fragments);
        Limit::RootFields.check(sum.width, limits.root_fields)?;
        let meant = operation_name.map_or(only, |meant| {
            name.is_some_and(|name| name.as_str() == meant)
        });
        if meant {
            chosen = Some((operation.ty, sum.cost));
        }
    }
    // What is used nowhere is an error, which the schema's rules find by walking through it.
    if let Some((_, operation)) = document.operations.iter().next()
        && used.len() < document.fragments.len()
    {
        let mut walk = Walk {
            outline,
            document,
            variables,
            operation: &operation.node,
            fragments: used,
        };
        whole.and(walk.unused()?).check(limits)?;
    }
    let cost = chosen.map_or(1, |(_, cost)| cost.max(1));
    Limit::Cost.check(cost, limits.cost)?;
    Ok(Measured {
        kind: chosen.map(|(kind, _)| kind),
        cost: u32::try_from(cost).unwrap_or(u32::MAX),
    })
}

struct Walk<'a> {
    outline: &'a Outline,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    operation: &'a OperationDefinition,
    /// The fragments that are done, and, without a sum, those that are being walked through.
    fragments: HashMap<&'a str, Option<Sum>>,
}

impl<'a> Walk<'a> {
    fn operation(&mut self) -> Result<Sum, Unfit> {
        let root = match self.operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let parent = self.outline.get(root);
        let mut sum = self
            .set(&self.operation.selection_set.node, parent, 0)?
            .with_directives(self.operation.directives.len());
        for variable in &self.operation.variable_definitions {
            sum = sum.with_directives(variable.node.directives.len());
        }
        Ok(sum)
    }

    fn unused(&mut self) -> Result<Sum, Unfit> {
        let document = self.document;
        let mut sum = Sum::default();
        for name in document.fragments.keys() {
            if !self.fragments.contains_key(name.as_str()) {
                sum = sum.and(self.fragment(name, 0)?);
            }
        }
        Ok(sum)
    }

    fn set(
        &mut self,
        set: &'a SelectionSet,
        parent: Option<&'a TypeOutline>,
        level: usize,
    ) -> Result<Sum, Unfit> {
        if level > MAX_NESTING {
            return Err(Limit::Nesting.exceeded(MAX_NESTING, None));
        }
        let mut sum = Sum::default();
        for selection in &set.items {
            let (one, directives) = match &selection.node {
                Selection::Field(field) => (
                    self.field(&field.node, parent, level)?,
                    &field.node.directives,
                ),
                Selection::FragmentSpread(spread) => (
                    self.fragment(&spread.node.fragment_name.node, level)?,
                    &spread.node.directives,
                ),
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let on = match &inline.type_condition {
                        Some(condition) => self.outline.get(&condition.node.on.node),
                        None => parent,
                    };
                    let sum = self.set(&inline.selection_set.node, on, level + 1)?;
                    (counted(sum), &inline.directives)
                }
            };
            sum = sum.and(one.with_directives(directives.len()));
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Sum, Unfit> {
        match self.fragments.get(name.as_str()) {
            Some(Some(sum)) => return Ok(counted(*sum)),
            Some(None) => return Err(Unfit::Malformed("A fragment spreads itself.")),
            None => (),
        }
        // The schema's rules say that it is missing.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(counted(Sum::default()));
        };
        self.fragments.insert(name, None);
        let fragment = &fragment.node;
        let on = self.outline.get(&fragment.type_condition.node.on.node);
        let sum = self
            .set(&fragment.selection_set.node, on, level + 1)?
            .with_directives(fragment.directives.len());
        self.fragments.insert(name, Some(sum));
        Ok(counted(sum))
    }

    fn field(
        &mut self,
        field: &'a Field,
        parent: Option<&'a TypeOutline>,
        level: usize,
    ) -> Result<Sum, Unfit> {
        let name = field.name.node.as_str();
        let known = parent.and_then(|parent| parent.field(name));
        let of = known.and_then(|known| self.outline.get(&known.of));
        let below = self.set(&field.selection_set.node, of, level + 1)?;
        let mut sum = Sum {
            width: 1,
            fields: below.fields.saturating_add(1),
            aliases: below.aliases + u64::from(field.alias.is_some()),
            depth: below.depth + 1,
            cost: 0,
            per_item: 0,
            ..below
        };
        if matches!(name, "__schema" | "__type") {
            sum.reads_schema = true;
            sum.cost = SCHEMA;
            return Ok(sum);
        }
        if parent.is_none() && is_list_of_the_schema(name) {
            sum.introspection += 1;
        }
        let is_page = parent.is_some_and(|parent| parent.is_connection);
        match name {
            "nodes" if is_page => sum.per_item = below.cost.saturating_add(1),
            // An edge is only the way to its node.
            "edges" if is_page => sum.per_item = below.cost,
            _ => {
                let has_selection = !field.selection_set.node.items.is_empty();
                let weight = known.map_or(u64::from(has_selection), |known| known.weight);
                let items = match known {
                    Some(known) if !known.is_list => 1,
                    _ if !has_selection => 1,
                    known => self.list_length(field, known.is_some()),
                };
                let pages = match of {
                    Some(of) if of.is_connection => {
                        below.per_item.saturating_mul(self.page_size(field))
                    }
                    _ => below.per_item,
                };
                let each = below.cost.saturating_add(weight);
                sum.cost = each.saturating_mul(items).saturating_add(pages);
            }
        }
        Ok(sum)
    }

    /// How many items a list has: as many as the ids that are asked for.
    fn list_length(&self, field: &'a Field, is_list: bool) -> u64 {
        let asked = field.arguments.iter().find_map(|(name, value)| {
            let by_key = matches!(name.node.as_str(), "ids" | "representations");
            by_key.then(|| self.length_of(&value.node))
        });
        asked.unwrap_or(if is_list { LIST } else { 1 })
    }

    fn length_of(&self, value: &Value) -> u64 {
        match value {
            Value::List(items) => items.len() as u64,
            Value::Variable(name) => match self.variable(name) {
                Some(ConstValue::List(items)) => items.len() as u64,
                _ => 1,
            },
            _ => 1,
        }
    }

    fn page_size(&self, field: &Field) -> u64 {
        let asked = field.arguments.iter().find_map(|(name, value)| {
            let is_size = matches!(name.node.as_str(), "first" | "last");
            is_size.then(|| self.integer(&value.node)).flatten()
        });
        // A size that is out of range is refused when the list is read.
        let maximum = MAX_SIZE.unsigned_abs().into();
        asked
            .unwrap_or(DEFAULT_SIZE.unsigned_abs().into())
            .min(maximum)
    }

    fn integer(&self, value: &Value) -> Option<u64> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::Variable(name) => match self.variable(name)? {
                ConstValue::Number(number) => number.as_u64(),
                _ => None,
            },
            _ => None,
        }
    }

    fn variable(&self, name: &Name) -> Option<&'a ConstValue> {
        let default = || {
            let mut definitions = self.operation.variable_definitions.iter();
            let definition = definitions.find(|it| it.node.name.node == *name)?;
            definition.node.default_value.as_ref().map(|it| &it.node)
        };
        self.variables.get(name).or_else(default)
    }
}

/// A fragment counts besides what is in it, or an empty one would be free to multiply.
fn counted(mut sum: Sum) -> Sum {
    sum.fields = sum.fields.saturating_add(1);
    sum
}

/// The lists that lead from the schema's parts to more of them.
fn is_list_of_the_schema(name: &str) -> bool {
    matches!(
        name,
        "fields" | "inputFields" | "interfaces" | "possibleTypes"
    )
}
