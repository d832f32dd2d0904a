//! A collector of traces, as small as can be.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, routing::post};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;

/// What has been sent to it.
#[derive(Clone, Default)]
pub struct Collector(Arc<Mutex<Vec<Bytes>>>);

impl Collector {
    /// Starts one on a port of this machine.
    pub async fn start() -> (Self, SocketAddr) {
        let collector = Self::default();
        let received = collector.clone();
        let receive = async move |body: Bytes| received.0.lock().unwrap().push(body);
        let router = Router::new().route("/v1/traces", post(receive));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, router).into_future());
        (collector, address)
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().concat()
    }

    pub fn spans(&self) -> Vec<Span> {
        let requests = self.0.lock().unwrap();
        let requests = requests
            .iter()
            .map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("the protocol"));
        let scopes = requests
            .flat_map(|it| it.resource_spans)
            .flat_map(|it| it.scope_spans);
        scopes.flat_map(|it| it.spans).collect()
    }
}
