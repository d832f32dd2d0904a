//! Whether the process lives, and whether it can do its work.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::App;

/// An orchestrator asks every few seconds, and gives up about as fast.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process answers.
pub(super) async fn live() -> Response {
    answer(StatusCode::OK, "live")
}

/// The database answers and has every migration.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.options.lifetime.is_ending() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "shutting down");
    }
    let status = migration::status(app.service.gateway.db.reader());
    match tokio::time::timeout(PATIENCE, status).await {
        Ok(Ok(migrations)) if migrations.iter().all(|it| it.applied) => {
            answer(StatusCode::OK, "ready")
        }
        Ok(Ok(_)) => answer(StatusCode::SERVICE_UNAVAILABLE, "migrations are pending"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not answer");
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer",
            )
        }
        Err(_) => answer(
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
    }
}

fn answer(status: StatusCode, text: &str) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (status, headers, Json(json!({ "status": text }))).into_response()
}
