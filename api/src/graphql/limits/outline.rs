//! What the limits know of the schema: which fields lead where, and which lists come in pages.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition},
};

/// What a field costs by itself, where that differs from 1 for an object and nothing for a leaf.
const WEIGHTS: &[(&str, &str, u64)] = &[
    // Reads the diaries of every resource of the offer.
    ("Offer", "availability", 50),
];

/// What a whole-list count costs: it reads every row that the list holds.
const TOTAL_COUNT: u64 = 5;

/// What a mutation costs by itself: it writes, and readers wait for that on SQLite.
const MUTATION: u64 = 10;

/// The fields of the schema's objects, interfaces and unions.
#[derive(Debug, Default)]
pub struct Outline {
    types: HashMap<String, TypeOutline>,
}

/// An object, an interface, or a union, which has no fields of its own.
#[derive(Debug, Default)]
pub struct TypeOutline {
    fields: HashMap<String, FieldOutline>,
    /// Whether it is a page of a list.
    pub is_connection: bool,
}

/// A field.
#[derive(Debug)]
pub struct FieldOutline {
    /// The type that its selection is of, list or not.
    pub of: String,
    /// Whether there are several of them.
    pub is_list: bool,
    /// What it costs without what is selected in it.
    pub weight: u64,
}

impl Outline {
    /// Reads the schema definition language.
    #[must_use]
    pub fn of(sdl: &str) -> Self {
        let mut types = HashMap::new();
        // The text is our own schema's; a test reads every field of it.
        let Ok(document) = parse_schema(sdl) else {
            return Self::default();
        };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            let fields = match &definition.node.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                TypeKind::Union(_) => &Vec::new(),
                _ => continue,
            };
            let outline: &mut TypeOutline = types.entry(name.clone()).or_default();
            for field in fields {
                let field_name = field.node.name.node.to_string();
                let field = FieldOutline::of(&field.node);
                outline.fields.insert(field_name, field);
            }
            outline.is_connection =
                name.ends_with("Connection") && outline.fields.contains_key("pageInfo");
        }
        let mut outline = Self { types };
        outline.weigh();
        outline
    }

    /// The type of that name, when it has fields.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&TypeOutline> {
        self.types.get(name)
    }

    /// Leaves cost nothing by themselves, which only the whole schema tells apart.
    fn weigh(&mut self) {
        let composite: HashSet<String> = self.types.keys().cloned().collect();
        for (name, outline) in &mut self.types {
            for (field_name, field) in &mut outline.fields {
                let special = WEIGHTS
                    .iter()
                    .find(|(of, field, _)| of == name && field == field_name);
                field.weight = match special {
                    Some((_, _, weight)) => *weight,
                    None if name == "Mutation" => MUTATION,
                    None if outline.is_connection && field_name == "totalCount" => TOTAL_COUNT,
                    None => composite.contains(&field.of).into(),
                };
            }
        }
    }
}

impl TypeOutline {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldOutline> {
        self.fields.get(name)
    }
}

impl FieldOutline {
    fn of(definition: &FieldDefinition) -> Self {
        let mut is_list = false;
        let mut base = &definition.ty.node.base;
        let of = loop {
            match base {
                BaseType::Named(name) => break name.to_string(),
                BaseType::List(of) => {
                    is_list = true;
                    base = &of.base;
                }
            }
        };
        Self {
            of,
            is_list,
            weight: 0,
        }
    }
}
