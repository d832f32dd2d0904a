//! Lists of classes and enrolments, for the businesses and viewers that show them.

use async_graphql::{Context, ID, InputObject};

use super::{ClassOccurrence, Enrollment, EnrollmentStatus};
use crate::domain::classes::list::{self, OccurrenceFilter};
use crate::domain::ids::Kind;
use crate::graphql::availability::TimeRange;
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::optional_id;

/// A page of a business's timetable.
///
/// # Errors
/// As [`list::occurrences`].
pub async fn business_classes(
    ctx: &Context<'_>,
    biz_id: &str,
    window: TimeRange,
    offer_id: Option<ID>,
    location_id: Option<ID>,
    page: PageArguments,
) -> Result<Connection<ClassOccurrence>> {
    let filter = OccurrenceFilter {
        window: window.into(),
        offer_id: optional_id(Kind::Offer, offer_id, "offerId")?,
        location_id: optional_id(Kind::Location, location_id, "locationId")?,
    };
    let page = page.request(ctx)?;
    let page = list::occurrences(ctx.gateway(), ctx.viewer(), biz_id, &filter, &page).await?;
    Ok(connect(page, ClassOccurrence::from))
}

/// Which enrolments are wanted.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EnrollmentFilter {
    /// In one of these states.
    pub status: Option<Vec<EnrollmentStatus>>,
    /// On classes that take place, at least in part, in this window.
    pub window: Option<TimeRange>,
}

/// A page of the viewer's own enrolments.
///
/// # Errors
/// As [`list::enrollments_of_viewer`].
pub async fn viewer_enrollments(
    ctx: &Context<'_>,
    filter: Option<EnrollmentFilter>,
    page: PageArguments,
) -> Result<Connection<Enrollment>> {
    let filter = filter.unwrap_or_default();
    let filter = list::EnrollmentFilter {
        status: filter
            .status
            .map(|states| states.into_iter().map(Into::into).collect()),
        window: filter.window.map(Into::into),
    };
    let page = page.request(ctx)?;
    let page = list::enrollments_of_viewer(ctx.gateway(), ctx.viewer(), &filter, &page).await?;
    Ok(connect(page, Enrollment::from))
}
