//! What a resolver finds in its request.

use std::sync::Arc;

use async_graphql::{Context, Request};

use super::loader::Loaders;
use crate::domain::{Gateway, Viewer};

/// The id that a request is known by in the logs and in its response.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Puts the viewer, fresh loaders and the request's id into the request.
#[must_use]
pub fn prepare(
    request: Request,
    gateway: &Gateway,
    viewer: Viewer,
    request_id: RequestId,
) -> Request {
    let viewer = Arc::new(viewer);
    request
        .data(Loaders::new(gateway.clone(), viewer.clone()))
        .data(viewer)
        .data(request_id)
}

/// Shortcuts to what [`prepare`] and [`schema`](super::schema) put in.
pub trait ContextExt {
    /// The gateway that use cases work on.
    fn gateway(&self) -> &Gateway;
    /// Who is asking.
    fn viewer(&self) -> &Viewer;
    /// The loaders of this request.
    fn loaders(&self) -> &Loaders;
}

impl ContextExt for Context<'_> {
    fn gateway(&self) -> &Gateway {
        self.data_unchecked()
    }

    fn viewer(&self) -> &Viewer {
        self.data_unchecked::<Arc<Viewer>>()
    }

    fn loaders(&self) -> &Loaders {
        self.data_unchecked()
    }
}
