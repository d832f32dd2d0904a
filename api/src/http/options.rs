//! How the router behaves.

use std::time::Duration;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Origins, Page, Proxies, Traffic};

/// The router's limits, and how long it lives.
#[derive(Clone, Debug)]
pub struct Options {
    /// The largest request body, in bytes.
    pub body_limit: usize,
    /// The time a query or a mutation has.
    pub request_timeout: Duration,
    /// The web origins, besides its own, whose pages may call.
    pub origins: Origins,
    /// The proxies that are believed when they say where a request comes from.
    pub trusted_proxies: Proxies,
    /// What is counted of requests and operations.
    pub traffic: Traffic,
    /// GraphiQL at `/`; nothing is there without it.
    pub graphiql: Option<Page>,
    /// Ends what would otherwise go on for ever: WebSockets and event streams.
    pub lifetime: Lifetime,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            body_limit: 1 << 20,
            request_timeout: Duration::from_secs(30),
            origins: Origins::None,
            trusted_proxies: Proxies::default(),
            traffic: Traffic::default(),
            graphiql: None,
            lifetime: Lifetime::default(),
        }
    }
}

/// The life of a server.
#[derive(Clone, Debug, Default)]
pub struct Lifetime {
    ending: CancellationToken,
    sockets: TaskTracker,
}

impl Lifetime {
    /// Asks every long-lived connection to end.
    pub fn end(&self) {
        self.ending.cancel();
        self.sockets.close();
    }

    /// Whether somebody has called [`Lifetime::end`].
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.ending.is_cancelled()
    }

    /// Waits until somebody calls [`Lifetime::end`].
    pub async fn ending(self) {
        self.ending.cancelled().await;
    }

    /// Waits until every WebSocket has ended.
    pub async fn sockets_closed(&self) {
        self.sockets.wait().await;
    }

    /// Counts `socket` among those that [`Lifetime::sockets_closed`] waits for.
    pub(super) fn track<F: Future>(&self, socket: F) -> impl Future<Output = F::Output> + use<F> {
        self.sockets.track_future(socket)
    }
}
