//! Who is calling: a verified token, and the person behind it.

use std::net::IpAddr;

use axum::http::HeaderMap;

use super::{App, Service, auth, errors::Refused, quota::Payer};
use crate::{
    domain::{Viewer, clock::Moment, people},
    graphql::RequestId,
};

/// What a caller showed: nothing, or a good token.
#[derive(Clone, Debug)]
pub(super) struct Caller(Option<auth::Verified>);

impl Caller {
    /// Verifies the token in the headers, if there is one. A bad one is paid for by the address.
    pub(super) async fn from_headers(
        app: &App,
        headers: &HeaderMap,
        address: IpAddr,
    ) -> Result<Self, Refused> {
        let caller = async { Self::from_token(&app.service, auth::from_headers(headers)?).await };
        match caller.await {
            Ok(caller) => Ok(caller),
            Err(rejection) => {
                app.quotas.charge(&Payer::at(address), 1)?;
                Err(rejection.into())
            }
        }
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

    /// Whose budget the caller spends.
    pub(super) fn payer(&self, address: IpAddr) -> Payer {
        match &self.0 {
            Some(verified) => Payer::Viewer(verified.identity.subject.clone()),
            None => Payer::at(address),
        }
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
