//! Where a request comes from, also behind proxies.
//!
//! `X-Forwarded-For` is believed only as far as proxies of ours have written it: read from the right, the
//! first address that is not one of theirs is the client's; whatever stands left of it, the client may
//! have written. `Forwarded` is not read: a proxy rewrites the one header that it knows and passes the
//! other on, so that believing both would let a client choose.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client, an extension of every request.
///
/// An IPv4 address is always one, never mapped into IPv6. A request that came over no connection at all
/// comes from this process, and so from this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// The proxies whose `X-Forwarded-For` is believed, by their networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Arc<[IpNet]>);

impl FromStr for Proxies {
    type Err = String;

    /// Reads networks such as `10.0.0.0/8` and single addresses, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|network| !network.is_empty())
            .map(|network| {
                let address = || network.parse::<IpAddr>().map(IpNet::from);
                network
                    .parse::<IpNet>()
                    .or_else(|_| address())
                    .map_err(|_| format!("{network:?} is neither a network nor an address"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Proxies {
    fn include(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer.to_canonical();
        // Each proxy adds to the end of the last line, or a line of its own after it.
        let lines = headers.get_all(X_FORWARDED_FOR).into_iter().rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        while self.include(nearest) {
            match hops.next().and_then(address) {
                Some(hop) => nearest = hop,
                None => break,
            }
        }
        nearest
    }
}

/// An address as proxies write it: some add the port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse().map(|it: SocketAddr| it.ip());
    let in_brackets = || hop.trim_start_matches('[').trim_end_matches(']').parse();
    let address = hop.parse().or_else(|_| with_port());
    address
        .or_else(|_| in_brackets())
        .ok()
        .map(|it: IpAddr| it.to_canonical())
}

/// Finds the client's address and puts it into the request.
pub(super) async fn find(
    State(proxies): State<Proxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = proxies.client(peer(request.extensions()), request.headers());
    request.extensions_mut().insert(ClientAddress(client));
    next.run(request).await
}

fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(Ipv4Addr::LOCALHOST.into(), |it| it.0.ip())
}

#[cfg(test)]
mod tests {
    use axum::{
        Extension, Router,
        body::{Body, to_bytes},
        middleware,
        routing::get,
    };
    use tower::ServiceExt;

    use super::*;

    const PROXIES: &str = "10.0.0.0/8, 192.0.2.1,2001:db8::/32";

    /// What a handler is told, when `peer` connects and these header lines come.
    async fn told(proxies: &str, peer: &str, lines: &[&str]) -> String {
        let peer = SocketAddr::new(peer.parse().unwrap(), 1234);
        let tells = async |Extension(ClientAddress(it)): Extension<ClientAddress>| it.to_string();
        let router = Router::new()
            .route("/", get(tells))
            .layer(middleware::from_fn_with_state(
                proxies.parse::<Proxies>().unwrap(),
                find,
            ));
        let mut request = Request::get("/").extension(ConnectInfo(peer));
        for line in lines {
            request = request.header(X_FORWARDED_FOR, line.as_bytes());
        }
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await;
        let body = to_bytes(response.unwrap().into_body(), 100).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn nobody_is_trusted_unless_it_is_said() {
        assert_eq!(told("", "10.0.0.1", &["203.0.113.7"]).await, "10.0.0.1");
        assert_eq!(told("", "127.0.0.1", &["203.0.113.7"]).await, "127.0.0.1");
    }

    #[tokio::test]
    async fn a_client_that_connects_itself_cannot_name_another() {
        for line in ["10.0.0.1", "203.0.113.7", "203.0.113.7, 10.0.0.1"] {
            assert_eq!(told(PROXIES, "198.51.100.4", &[line]).await, "198.51.100.4");
        }
    }

    #[tokio::test]
    async fn behind_proxies_it_is_the_last_that_is_none_of_them() {
        for (lines, client) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["203.0.113.7, 10.9.9.9"], "203.0.113.7"),
            (&["203.0.113.7", "192.0.2.1 ,10.9.9.9"], "203.0.113.7"),
            // Whatever stands left of it is the client's own tale.
            (
                &["127.0.0.1, 10.1.1.1, 203.0.113.7, 10.9.9.9"],
                "203.0.113.7",
            ),
            (&["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
            (&["2001:db8::9, 203.0.113.7:4711"], "203.0.113.7"),
            (&["[2001:dba::1]:443, 2001:db8::9"], "2001:dba::1"),
            (&["[2001:dba::1]"], "2001:dba::1"),
            (&["::ffff:203.0.113.7"], "203.0.113.7"),
        ] {
            assert_eq!(told(PROXIES, "10.0.0.1", lines).await, client, "{lines:?}");
        }
    }

    #[tokio::test]
    async fn without_a_client_in_the_header_it_is_the_farthest_proxy() {
        for (lines, client) in [
            (&[][..], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&["unknown"], "10.0.0.1"),
            (&["203.0.113.7, unknown"], "10.0.0.1"),
            (&["203.0.113.7, gr\u{fc}n, 10.2.2.2"], "10.0.0.1"),
            (&["203.0.113.7, , 10.2.2.2"], "10.2.2.2"),
            (&["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ] {
            assert_eq!(told(PROXIES, "10.0.0.1", lines).await, client, "{lines:?}");
        }
    }

    #[tokio::test]
    async fn an_ipv4_client_of_an_ipv6_socket_is_an_ipv4_client() {
        let mapped = "::ffff:10.0.0.1";
        assert_eq!(told(PROXIES, mapped, &["203.0.113.7"]).await, "203.0.113.7");
        assert_eq!(told("", mapped, &[]).await, "10.0.0.1");
    }

    #[test]
    fn networks_are_checked() {
        assert!("10.0.0.0/33".parse::<Proxies>().is_err());
        assert!("proxy.example.com".parse::<Proxies>().is_err());
        assert_eq!(" , ".parse(), Ok(Proxies::default()));
    }
}
