//! Keyset pages: a list is ordered by one column and then by id, and a page starts where a cursor
//! points. Never an OFFSET, never an unbounded list.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, FixedOffset, SecondsFormat};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, ModelTrait, Order as Direction,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
};

use super::error::{Error, Result};

/// Which page of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// How many items at most.
    pub size: u64,
    /// Whether the page is the last one before `before`, rather than the first after `after`.
    pub backward: bool,
    /// The cursor that the page starts after.
    pub after: Option<String>,
    /// The cursor that the page ends before.
    pub before: Option<String>,
    /// Whether the length of the whole list is wanted.
    pub count: bool,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items, each with the cursor that points at it.
    pub items: Vec<(String, T)>,
    /// Whether the list goes on after this page.
    pub has_next: bool,
    /// Whether the list has items before this page.
    pub has_previous: bool,
    /// The length of the whole list, if it was asked for.
    pub total: Option<u64>,
}

impl<T> Default for Page<T> {
    /// The page of an empty list.
    fn default() -> Self {
        Self {
            items: Vec::new(),
            has_next: false,
            has_previous: false,
            total: None,
        }
    }
}

impl<T> Page<T> {
    /// Turns every item into something else.
    pub fn map<U>(self, into: impl Fn(T) -> U) -> Page<U> {
        Page {
            items: self
                .items
                .into_iter()
                .map(|(cursor, item)| (cursor, into(item)))
                .collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
            total: self.total,
        }
    }
}

/// The order of a list: by `sort`, then by `id`, both in the same direction.
#[derive(Clone, Copy, Debug)]
pub struct Order<E: EntityTrait> {
    /// Names the list in its cursors, so that a cursor of one list is refused by another.
    pub name: &'static str,
    /// The column that the list is sorted by.
    pub sort: E::Column,
    /// The id column, which breaks ties.
    pub id: E::Column,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl<E: EntityTrait> Order<E> {
    /// Smallest first.
    pub const fn ascending(name: &'static str, sort: E::Column, id: E::Column) -> Self {
        Self {
            name,
            sort,
            id,
            descending: false,
        }
    }

    /// Largest first.
    pub const fn descending(name: &'static str, sort: E::Column, id: E::Column) -> Self {
        Self {
            name,
            sort,
            id,
            descending: true,
        }
    }

    /// Reads one page of `list`, and its length if that is wanted.
    ///
    /// # Errors
    /// `BadRequest` for a cursor that is not of this list.
    pub async fn read(
        &self,
        db: &impl ConnectionTrait,
        list: Select<E>,
        request: &PageRequest,
    ) -> Result<Page<E::Model>>
    where
        E::Model: Send + Sync,
    {
        let total = self.count(db, &list, request).await?;
        let rows = self.narrow(list, request)?.all(db).await?;
        Ok(self.cut(rows, request, total, |row| row))
    }

    /// The length of the whole list, if `request` asks for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(
        &self,
        db: &impl ConnectionTrait,
        list: &Select<E>,
        request: &PageRequest,
    ) -> Result<Option<u64>>
    where
        E::Model: Send + Sync,
    {
        Ok(match request.count {
            true => Some(list.clone().count(db).await?),
            false => None,
        })
    }

    /// Reads the same page of many lists in one statement, whatever their number. `owner` is the column
    /// that tells whose list a row of `lists` is in; a list without rows is left out.
    ///
    /// # Errors
    /// `BadRequest` for a cursor that is not of this list.
    pub async fn read_each(
        &self,
        db: &impl ConnectionTrait,
        lists: Select<E>,
        owner: E::Column,
        request: &PageRequest,
    ) -> Result<HashMap<String, Page<E::Model>>>
    where
        E::Model: Send + Sync,
    {
        let totals = self.count_each(db, &lists, owner, request).await?;
        let direction = self.direction(request);
        let mut window = WindowStatement::partition_by(owner.as_column_ref());
        window
            .order_by(self.sort.as_column_ref(), direction.clone())
            .order_by(self.id.as_column_ref(), direction);
        let mut numbered = self.within(lists, request)?.into_query();
        numbered.expr_window_as(Func::cust("row_number"), window, "place");
        let first = Query::select()
            .column(Asterisk)
            .from_subquery(numbered, "numbered")
            .and_where(Expr::col("place").lte(request.size + 1))
            .order_by("place", Direction::Asc)
            .take();
        let mut lists: HashMap<String, Vec<E::Model>> = HashMap::new();
        for row in db.query_all(&first).await? {
            let row = E::Model::from_query_result(&row, "")?;
            if let Value::String(Some(owner)) = row.get(owner) {
                lists.entry(owner).or_default().push(row);
            }
        }
        let page = |(owner, rows): (String, Vec<E::Model>)| {
            let total = totals.get(&owner).copied();
            (owner, self.cut(rows, request, total, |row| row))
        };
        Ok(lists.into_iter().map(page).collect())
    }

    async fn count_each(
        &self,
        db: &impl ConnectionTrait,
        lists: &Select<E>,
        owner: E::Column,
        request: &PageRequest,
    ) -> Result<HashMap<String, u64>> {
        if !request.count {
            return Ok(HashMap::new());
        }
        let lengths: Vec<(String, i64)> = lists
            .clone()
            .select_only()
            .column(owner)
            .column_as(self.id.count(), "length")
            .group_by(owner)
            .into_tuple()
            .all(db)
            .await?;
        let length = |(owner, length)| (owner, u64::try_from(length).unwrap_or_default());
        Ok(lengths.into_iter().map(length).collect())
    }

    /// Narrows `list` to the page, and one row more, which tells whether the list goes on.
    ///
    /// # Errors
    /// `BadRequest` for a cursor that is not of this list.
    pub fn narrow(&self, list: Select<E>, request: &PageRequest) -> Result<Select<E>> {
        let direction = self.direction(request);
        Ok(self
            .within(list, request)?
            .order_by(self.sort, direction.clone())
            .order_by(self.id, direction)
            .limit(request.size + 1))
    }

    /// Narrows `list` to what lies between the cursors.
    fn within(&self, mut list: Select<E>, request: &PageRequest) -> Result<Select<E>> {
        let key = || Expr::tuple([self.column(self.sort), self.column(self.id)]);
        if let Some(after) = &request.after {
            let from = self.decode(after, "after")?;
            list = list.filter(match self.descending {
                true => key().lt(from),
                false => key().gt(from),
            });
        }
        if let Some(before) = &request.before {
            let to = self.decode(before, "before")?;
            list = list.filter(match self.descending {
                true => key().gt(to),
                false => key().lt(to),
            });
        }
        Ok(list)
    }

    fn direction(&self, request: &PageRequest) -> Direction {
        match self.descending == request.backward {
            true => Direction::Asc,
            false => Direction::Desc,
        }
    }

    /// Cuts the rows of a narrowed list to a page. `model` finds the row's model.
    pub fn cut<R>(
        &self,
        mut rows: Vec<R>,
        request: &PageRequest,
        total: Option<u64>,
        model: impl Fn(&R) -> &E::Model,
    ) -> Page<R> {
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if request.backward {
            rows.reverse();
        }
        Page {
            items: rows
                .into_iter()
                .map(|row| (self.encode(model(&row)), row))
                .collect(),
            has_next: match request.backward {
                true => request.before.is_some(),
                false => more,
            },
            has_previous: match request.backward {
                true => more,
                false => request.after.is_some(),
            },
            total,
        }
    }

    fn column(&self, column: E::Column) -> Expr {
        Expr::col(column.as_column_ref())
    }

    fn encode(&self, model: &E::Model) -> String {
        let sort = match model.get(self.sort) {
            Value::ChronoDateTimeWithTimeZone(Some(at)) => {
                at.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true)
            }
            Value::String(Some(text)) => text,
            Value::Int(Some(number)) => number.to_string(),
            _ => String::new(),
        };
        let id = match model.get(self.id) {
            Value::String(Some(id)) => id,
            _ => String::new(),
        };
        BASE64_URL_SAFE_NO_PAD.encode([self.name, &sort, &id].join("\n"))
    }

    /// Reads a cursor back into the values it compares with, of the types of the columns.
    fn decode(&self, cursor: &str, argument: &str) -> Result<Expr> {
        self.values_of(cursor)
            .map(|(sort, id)| Expr::tuple([Expr::val(sort), Expr::val(id)]))
            .ok_or_else(|| Error::BadRequest(format!("`{argument}` is not a cursor of this list.")))
    }

    fn values_of(&self, cursor: &str) -> Option<(Value, String)> {
        use sea_orm::sea_query::ColumnType;
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let rest = text.strip_prefix(self.name)?.strip_prefix('\n')?;
        let (sort, id) = rest.rsplit_once('\n')?;
        if text.contains('\0') {
            return None;
        }
        let sort = match self.sort.def().get_column_type() {
            ColumnType::TimestampWithTimeZone => {
                let at: DateTime<FixedOffset> = DateTime::parse_from_rfc3339(sort).ok()?;
                at.to_utc().fixed_offset().into()
            }
            ColumnType::Integer => sort.parse::<i32>().ok()?.into(),
            _ => sort.into(),
        };
        Some((sort, id.to_owned()))
    }
}
