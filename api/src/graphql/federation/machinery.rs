//! What of the federation machinery a schema shows.

use std::borrow::Cow;

use async_graphql::{
    ContextDirective, CustomDirective, CustomDirectiveFactory, ServerError, ServerResult,
    parser::types::Directive,
    registry::{MetaType, Registry},
};

use super::entity;

const FIELDS: [&str; 2] = ["_entities", "_service"];
const TYPES: [&str; 3] = ["_Any", "_Entity", "_Service"];

/// What of the federation machinery a schema shows.
///
/// The roots are the same types in every schema, so it is the registry of a schema that differs. Nothing
/// but a custom directive gets hold of it; hence this is one, and defines none.
#[derive(Clone, Copy, Debug)]
pub enum Machinery {
    /// Nothing: the schema is as clients know it.
    Absent,
    /// What a gateway asks at run time.
    Served,
    /// The keys, which only printing needs; a schema with keys would be served by async-graphql itself.
    Printed,
}

impl CustomDirectiveFactory for Machinery {
    fn name(&self) -> Cow<'static, str> {
        "key".into()
    }

    fn register(&self, registry: &mut Registry) {
        match self {
            Self::Absent => {
                if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut("Query") {
                    fields.retain(|name, _| !FIELDS.contains(&name.as_str()));
                }
                registry
                    .types
                    .retain(|name, _| !TYPES.contains(&name.as_str()));
            }
            Self::Served => {}
            Self::Printed => entity::add_keys(registry),
        }
    }

    fn create(
        &self,
        _: &ContextDirective<'_>,
        _: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Err(ServerError::new("There is no such directive.", None))
    }
}
