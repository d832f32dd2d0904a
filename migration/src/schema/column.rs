//! Column types in the words of the SQL standard. A column is `NOT NULL` unless it says `nullable`.

use sea_orm_migration::{prelude::*, schema};

/// Text of any length.
pub fn text(name: &'static str) -> ColumnDef {
    schema::text(name)
}

/// Text of at most `length` characters.
pub fn varchar(name: &'static str, length: u32) -> ColumnDef {
    schema::string_len(name, length)
}

/// A 32-bit whole number.
pub fn integer(name: &'static str) -> ColumnDef {
    schema::integer(name)
}

/// A 64-bit whole number.
pub fn bigint(name: &'static str) -> ColumnDef {
    schema::big_integer(name)
}

/// A number with a fraction: coordinates and distances, never money.
pub fn double(name: &'static str) -> ColumnDef {
    schema::double(name)
}

/// True or false.
pub fn boolean(name: &'static str) -> ColumnDef {
    schema::boolean(name)
}

/// A calendar day.
pub fn date(name: &'static str) -> ColumnDef {
    schema::date(name)
}

/// A time of day on the wall clock.
pub fn time(name: &'static str) -> ColumnDef {
    schema::time(name)
}

/// A moment: `timestamp with time zone`.
pub fn timestamp(name: &'static str) -> ColumnDef {
    schema::timestamp_with_time_zone(name)
}

/// A JSON document.
pub fn jsonb(name: &'static str) -> ColumnDef {
    schema::json_binary(name)
}

/// An amount in minor units of a currency, zero unless said otherwise.
pub fn minor(name: &'static str) -> ColumnDef {
    schema::integer(name).default(0).take()
}

/// An ISO 4217 code.
pub fn currency() -> ColumnDef {
    varchar("currency", 3)
}

/// Modifiers that read in one line; SeaQuery's own hand back a mutable reference.
pub trait Column {
    /// Allows the absence of a value.
    fn nullable(self) -> ColumnDef;
    /// The value of a row that does not name one.
    fn default_to(self, value: impl Into<Expr>) -> ColumnDef;
}

impl Column for ColumnDef {
    fn nullable(mut self) -> ColumnDef {
        self.null().take()
    }

    fn default_to(mut self, value: impl Into<Expr>) -> ColumnDef {
        self.default(value).take()
    }
}
