//! Traces, as a collector receives them.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::json;
use tests::{apply, on_both_databases};

use crate::collector::Collector;
use crate::server::{Place, token};

#[apply(on_both_databases!)]
async fn a_request_continues_the_trace_of_its_caller(place: Place) {
    let (collector, address) = Collector::start().await;
    let endpoint = format!("http://{address}");
    let mut server = place.serve(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    let owner = token("demo|owner");
    let document = "query Traced { viewer { memberships { business { name } } } }";
    let body = json!({ "query": document, "variables": { "note": "xylophone" } });

    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = server.post(&owner, &body).header("traceparent", parent);
    let answer = request.send().await.unwrap().text().await.unwrap();
    assert!(!answer.contains("errors"), "{answer}");
    server.graphql(&owner, "{ nothing }", json!({})).await;
    server.terminate();
    assert!(server.ended().await, "{}", server.log());

    let spans = collector.spans();
    let named = |name: &str| {
        let found = spans.iter().find(|it| it.name == name);
        found.unwrap_or_else(|| panic!("no {name} in {spans:?}"))
    };
    let request = named("POST /graphql");
    let trace_id = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();
    assert_eq!(request.trace_id, trace_id);
    assert_eq!(
        request.parent_span_id,
        0xb7ad_6b71_6920_3331_u64.to_be_bytes()
    );
    assert_eq!(request.kind(), SpanKind::Server);
    let operation = named("query Traced");
    let load = named("load ById<bizes>");
    for (child, parent) in [(operation, request), (load, operation)] {
        assert_eq!(child.trace_id, parent.trace_id);
        assert_eq!(child.parent_span_id, parent.span_id, "{child:?}");
    }
    assert!(
        load.events.iter().any(|event| event.name == "statement"),
        "{load:?}"
    );
    // Another request without a caller's trace has one of its own.
    assert!(
        spans
            .iter()
            .any(|it| it.name == "POST /graphql" && it.trace_id != trace_id)
    );

    let bytes = collector.bytes();
    let sent = String::from_utf8_lossy(&bytes);
    for private in ["xylophone", "eyJ", &owner] {
        assert!(!sent.contains(private), "{private}");
    }
}

#[apply(on_both_databases!)]
async fn without_its_collector_the_server_serves_all_the_same(place: Place) {
    let nowhere = "http://127.0.0.1:9";
    let mut server = place.serve(&[("OTEL_EXPORTER_OTLP_ENDPOINT", nowhere)]);

    let answer = server
        .graphql(&token("demo|owner"), "{ __typename }", json!({}))
        .await;

    assert_eq!(answer["data"]["__typename"], "Query");
    server.terminate();
    assert!(server.ended().await, "{}", server.log());
}
