//! How much a document may ask for. Everything here is decided before the schema sees the document, in time
//! that grows with the document's length only.
//!
//! | limit | default | what is counted |
//! |---|---|---|
//! | `tokens` | 5,000 | words, numbers, strings and signs of the document |
//! | [`MAX_OPEN_BRACKETS`] | 100 | brackets that are open at once; no setting, since the parser's stack depends on it |
//! | [`MAX_NESTING`] | 64 | fields and fragments within each other; no setting either |
//! | `depth` | 20 | fields within fields |
//! | `fields` | 1,500 | fields and fragments, with every fragment written out where it is used |
//! | `root_fields` | 30 | fields at the top of the operation |
//! | `aliases` | 100 | aliases, with every fragment written out |
//! | `directives` | 100 | directives, with every fragment written out |
//! | `directives_per_place` | 5 | directives on one field, fragment, operation or variable |
//! | `cost` | 10,000 | see [`Gauge::measure`] |
//!
//! What is around the document (body bytes, time, rate, subscriptions) is limited by [`crate::http`].

mod measure;
mod outline;
mod scan;
mod sum;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    SDLExportOptions, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType},
    },
};

use super::GatewaySchema;
pub use measure::MAX_NESTING;
use outline::Outline;
pub use scan::MAX_OPEN_BRACKETS;

/// The most that a document may ask for; the module's table tells what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Words, numbers, strings and signs.
    pub tokens: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Fields and fragments, all fragments written out.
    pub fields: usize,
    /// Fields at the top of the operation.
    pub root_fields: usize,
    /// Aliases, all fragments written out.
    pub aliases: usize,
    /// Directives, all fragments written out.
    pub directives: usize,
    /// Directives in one place.
    pub directives_per_place: usize,
    /// The cost of the operation.
    pub cost: usize,
    /// Whether the schema may be read through itself.
    pub introspection: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 5_000,
            depth: 20,
            fields: 1_500,
            root_fields: 30,
            aliases: 100,
            directives: 100,
            directives_per_place: 5,
            cost: 10_000,
            introspection: false,
        }
    }
}

/// What a document can have too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Tokens.
    Tokens,
    /// Open brackets.
    Brackets,
    /// Fields within fields.
    Depth,
    /// Fragments within fragments and fields.
    Nesting,
    /// Fields, all fragments written out.
    Fields,
    /// Fields at the top.
    RootFields,
    /// Aliases.
    Aliases,
    /// Directives.
    Directives,
    /// Directives in one place.
    DirectivesPerPlace,
    /// Lists of the schema's parts within each other.
    Introspection,
    /// Cost.
    Cost,
}

impl Limit {
    /// Its name for a program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Brackets => "brackets",
            Self::Depth => "depth",
            Self::Nesting => "nesting",
            Self::Fields => "fields",
            Self::RootFields => "rootFields",
            Self::Aliases => "aliases",
            Self::Directives => "directives",
            Self::DirectivesPerPlace => "directivesPerPlace",
            Self::Introspection => "introspection",
            Self::Cost => "cost",
        }
    }

    fn exceeded(self, maximum: usize, requested: Option<u64>) -> Unfit {
        Unfit::TooMuch(TooMuch {
            of: self,
            maximum,
            requested,
        })
    }

    /// Fails when `requested` is more than `maximum`.
    fn check(self, requested: u64, maximum: usize) -> Result<(), Unfit> {
        match usize::try_from(requested) {
            Ok(requested) if requested <= maximum => Ok(()),
            _ => Err(self.exceeded(maximum, Some(requested))),
        }
    }
}

/// A document is over a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// Of what.
    pub of: Limit,
    /// The most that is allowed.
    pub maximum: usize,
    /// How much it is, when it was counted to the end.
    pub requested: Option<u64>,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, maximum) = (self.of, self.maximum);
        match what {
            Limit::Tokens => write!(f, "The document has more than {maximum} tokens."),
            Limit::Brackets => write!(f, "More than {maximum} brackets are open at once."),
            Limit::Depth => write!(f, "The fields are nested more than {maximum} deep."),
            Limit::Nesting => write!(f, "The fragments are nested more than {maximum} deep."),
            Limit::Fields => write!(
                f,
                "With every fragment written out, the document has more than {maximum} fields."
            ),
            Limit::RootFields => write!(f, "The operation has more than {maximum} root fields."),
            Limit::Aliases => write!(f, "The document has more than {maximum} aliases."),
            Limit::Directives => write!(f, "The document has more than {maximum} directives."),
            Limit::DirectivesPerPlace => {
                write!(f, "More than {maximum} directives are in one place.")
            }
            Limit::Introspection => write!(
                f,
                "Lists of the schema's parts are nested more than {maximum} deep."
            ),
            Limit::Cost => write!(f, "The operation costs more than {maximum}."),
        }
    }
}

/// Why a document is not executed.
#[derive(Clone, Debug)]
pub enum Unfit {
    /// It is over a limit.
    TooMuch(TooMuch),
    /// It is not GraphQL.
    Malformed(&'static str),
    /// It is not GraphQL, as the parser found.
    Unparsed(async_graphql::ServerError),
}

/// What an operation is, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Query, mutation or subscription; unknown when the document does not say which operation is meant.
    pub kind: Option<OperationType>,
    /// Its cost, which is at least 1.
    pub cost: u32,
}

/// Holds documents against the limits.
#[derive(Clone, Debug)]
pub struct Gauge {
    outline: Arc<Outline>,
    limits: Limits,
}

impl Gauge {
    /// The gauge of a schema.
    #[must_use]
    pub fn new(schema: &GatewaySchema, limits: Limits) -> Self {
        // One schema for each process, whatever the gateway behind it.
        static OUTLINE: OnceLock<Arc<Outline>> = OnceLock::new();
        let outline = OUTLINE.get_or_init(|| {
            let sdl = schema.sdl_with_options(SDLExportOptions::new());
            Arc::new(Outline::of(&sdl))
        });
        Self {
            outline: outline.clone(),
            limits,
        }
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Parses a document.
    ///
    /// # Errors
    /// When its text is over a limit, or no GraphQL.
    pub fn read(&self, text: &str) -> Result<ExecutableDocument, Unfit> {
        scan::scan(text, &self.limits)?;
        parse_query(text).map_err(|error| Unfit::Unparsed(error.into()))
    }

    /// Measures a document, and computes the cost of one operation of it.
    ///
    /// An object costs 1 and a scalar nothing. A list costs its length times one of its items: for a
    /// connection that is the page size asked for, or else the default one; for a list of ids, how many
    /// there are; for any other list, 10. A mutation costs 10 besides, a `totalCount` 5, and a search for
    /// free times 50. What is skipped by a directive counts too, and so does the same field twice.
    ///
    /// # Errors
    /// When it is over a limit.
    pub fn measure(
        &self,
        document: &ExecutableDocument,
        operation_name: Option<&str>,
        variables: &Variables,
    ) -> Result<Measured, Unfit> {
        measure::measure(
            &self.outline,
            &self.limits,
            document,
            operation_name,
            variables,
        )
    }
}
