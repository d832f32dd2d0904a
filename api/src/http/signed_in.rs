//! Who is calling: a verified token, and the person behind it.

use axum::http::HeaderMap;

use super::{Service, auth, errors::Refused};
use crate::{
    domain::{Viewer, clock::Moment, people},
    graphql::RequestId,
};

/// What a caller showed: nothing, or a good token.
#[derive(Clone, Debug)]
pub(super) struct Caller(Option<auth::Verified>);

impl Caller {
    /// Verifies the token in the headers, if there is one.
    pub(super) async fn from_headers(
        service: &Service,
        headers: &HeaderMap,
    ) -> Result<Self, auth::Rejection> {
        Self::from_token(service, auth::from_headers(headers)?).await
    }

    pub(super) async fn from_token(
        service: &Service,
        token: Option<&str>,
    ) -> Result<Self, auth::Rejection> {
        let Some(token) = token else {
            return Ok(Self(None));
        };
        let verified = service
            .verifier
            .verify(token, service.gateway.clock.now())
            .await?;
        Ok(Self(Some(verified)))
    }

    /// When the caller must show a token anew.
    pub(super) fn good_until(&self) -> Option<Moment> {
        self.0
            .as_ref()
            .map(|verified| verified.expires_at + auth::LEEWAY)
    }

    /// Signs the caller in, which finds their roles as they are now.
    pub(super) async fn viewer(
        &self,
        service: &Service,
        request_id: &RequestId,
    ) -> Result<Viewer, Refused> {
        let Some(verified) = &self.0 else {
            return Ok(Viewer::anonymous());
        };
        if self.good_until() <= Some(service.gateway.clock.now()) {
            return Err(auth::Rejection::Expired.into());
        }
        people::sign_in(&service.gateway, &verified.identity)
            .await
            .map_err(|error| Refused::sign_in(&error, request_id))
    }
}
