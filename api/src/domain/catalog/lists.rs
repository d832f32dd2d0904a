//! The lists of the catalog, page by page.

use entity::{bizes, locations, offer_versions, offers, resources, venues};
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoCondition, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, JoinType, QueryFilter, QuerySelect, RelationDef,
    RelationTrait, Select,
};

use super::rules;
use super::words::{OfferVersionStatus, ResourceType};
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::Scoped;
use crate::domain::viewer::Viewer;

/// The longest text that businesses are searched by, in characters.
const MAX_SEARCH: usize = 200;

/// Businesses whose name or slug contains `search`, by name.
///
/// Capital and small letters are the same; on SQLite only those of the Latin alphabet without accents.
///
/// # Errors
/// `BadRequest` for a search text that is too long, or a cursor of another list.
pub async fn businesses(
    gateway: &Gateway,
    viewer: &Viewer,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<bizes::Model>> {
    let mut list = bizes::Entity::visible_to(viewer);
    if let Some(text) = search.map(str::trim).filter(|text| !text.is_empty()) {
        if text.chars().count() > MAX_SEARCH || text.contains('\0') {
            return Err(Error::BadRequest(format!(
                "`search` has at most {MAX_SEARCH} characters."
            )));
        }
        let text = match gateway.db.backend() {
            // Its LOWER leaves all other letters alone.
            DbBackend::Sqlite => text.to_ascii_lowercase(),
            _ => text.to_lowercase(),
        };
        list = list.filter(
            Condition::any()
                .add(contains(bizes::Column::Name, &text))
                .add(contains(bizes::Column::Slug, &text)),
        );
    }
    Order::ascending("businesses", bizes::Column::Name, bizes::Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// The business with that slug.
///
/// # Errors
/// When the database fails.
pub async fn business_by_slug(
    gateway: &Gateway,
    viewer: &Viewer,
    slug: &str,
) -> Result<Option<bizes::Model>> {
    if !rules::is_slug(slug) {
        return Ok(None);
    }
    Ok(bizes::Entity::visible_to(viewer)
        .filter(bizes::Column::Slug.eq(slug))
        .one(gateway.db.reader())
        .await?)
}

/// Whether `column` contains `text`, which is in small letters and whose wildcards mean themselves.
fn contains(column: impl ColumnTrait, text: &str) -> Expr {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Expr::expr(Func::lower(Expr::col(column.as_column_ref())))
        .like(LikeExpr::new(pattern).escape('\\'))
}

/// The locations of a business, by name.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn locations(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    page: &PageRequest,
) -> Result<Page<locations::Model>> {
    let list = locations::Entity::visible_to(viewer).filter(locations::Column::BizId.eq(biz_id));
    Order::ascending("locations", locations::Column::Name, locations::Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// The venues of a business, by name.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn venues(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    page: &PageRequest,
) -> Result<Page<venues::Model>> {
    let list = venues::Entity::visible_to(viewer).filter(venues::Column::BizId.eq(biz_id));
    Order::ascending("venues", venues::Column::Name, venues::Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// Which resources of a business are wanted.
#[derive(Clone, Debug, Default)]
pub struct ResourceFilter {
    /// Only these types.
    pub types: Option<Vec<ResourceType>>,
    /// Only those at this location.
    pub location_id: Option<String>,
    /// Only those that go to the customer, or only those that do not.
    pub is_mobile: Option<bool>,
}

impl ResourceFilter {
    fn narrow(self, mut list: Select<resources::Entity>) -> Select<resources::Entity> {
        if let Some(types) = self.types {
            let words = types.into_iter().map(ResourceType::as_str);
            list = list.filter(resources::Column::Type.is_in(words));
        }
        if let Some(location) = self.location_id {
            list = list.filter(resources::Column::LocationId.eq(location));
        }
        if let Some(is_mobile) = self.is_mobile {
            list = list.filter(resources::Column::IsMobile.eq(is_mobile));
        }
        list
    }
}

/// The resources of a business, by name.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn resources(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    filter: ResourceFilter,
    page: &PageRequest,
) -> Result<Page<resources::Model>> {
    let list = resources::Entity::visible_to(viewer).filter(resources::Column::BizId.eq(biz_id));
    Order::ascending("resources", resources::Column::Name, resources::Column::Id)
        .read(gateway.db.reader(), filter.narrow(list), page)
        .await
}

/// An offer of a list.
#[derive(Clone, Debug)]
pub struct ListedOffer {
    /// The offer.
    pub offer: offers::Model,
    /// Its published version, if that was to come along: `Some(None)` when it has none.
    pub current: Option<Option<offer_versions::Model>>,
}

/// The offers of a business, by name: staff get the unpublished ones too. Their published versions come
/// along in the same statement if `with_current` says so.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn offers(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    with_current: bool,
    page: &PageRequest,
) -> Result<Page<ListedOffer>> {
    let db = gateway.db.reader();
    let order = Order::ascending("offers", offers::Column::Name, offers::Column::Id);
    let list = offers::Entity::visible_to(viewer).filter(offers::Column::BizId.eq(biz_id));
    let total = order.count(db, &list, page).await?;
    let list = order.narrow(list, page)?;
    let rows: Vec<ListedOffer> = match with_current {
        true => list
            .join(JoinType::LeftJoin, published_version())
            .select_also(offer_versions::Entity)
            .all(db)
            .await?
            .into_iter()
            .map(|(offer, version)| ListedOffer {
                offer,
                current: Some(version),
            })
            .collect(),
        false => list
            .all(db)
            .await?
            .into_iter()
            .map(|offer| ListedOffer {
                offer,
                current: None,
            })
            .collect(),
    };
    Ok(order.cut(rows, page, total, |row| &row.offer))
}

/// From an offer to its published version; the database lets it have one at most.
fn published_version() -> RelationDef {
    offers::Relation::OfferVersions
        .def()
        .on_condition(|_, versions| {
            Expr::col((versions, offer_versions::Column::Status))
                .eq(OfferVersionStatus::Published.as_str())
                .into_condition()
        })
}

/// The versions of an offer, the latest first.
///
/// # Errors
/// `Forbidden` for everybody but the staff of the business; `BadRequest` for a cursor of another list.
pub async fn versions(
    gateway: &Gateway,
    viewer: &Viewer,
    offer: &offers::Model,
    page: &PageRequest,
) -> Result<Page<offer_versions::Model>> {
    staff_only(viewer, &offer.biz_id)?;
    let list = offer_versions::Entity::visible_to(viewer)
        .filter(offer_versions::Column::BizId.eq(&offer.biz_id))
        .filter(offer_versions::Column::OfferId.eq(&offer.id));
    Order::descending(
        "versions",
        offer_versions::Column::Version,
        offer_versions::Column::Id,
    )
    .read(gateway.db.reader(), list, page)
    .await
}

/// Lets the staff of a business pass.
///
/// # Errors
/// `Forbidden` for everybody else.
pub(in crate::domain) fn staff_only(viewer: &Viewer, biz_id: &str) -> Result<()> {
    match viewer.is_staff_of(biz_id) {
        true => Ok(()),
        false => Err(Error::Forbidden(
            "Only the staff of the business may see this.",
        )),
    }
}
