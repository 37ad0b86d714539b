//! The sample portal: static files on an origin of their own.

use std::path::{Component, Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

/// Where the page lies.
const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sandbox/portal");
/// Where the library for portals lies, as it ships.
const SDK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/extension/portal-sdk");
/// Only what the portal itself serves; nobody may frame it.
const POLICY: &str = "default-src 'self'; frame-ancestors 'none'";

/// Where the list of invoices comes from.
#[derive(Clone, Debug)]
pub(crate) enum List {
    /// Given at the start.
    Value(Value),
    /// A JSON file, read anew for every request.
    File(PathBuf),
}

/// The routes of the portal.
pub(crate) fn router(pages: Option<PathBuf>, list: List, visits: Arc<AtomicUsize>) -> Router {
    let pages = pages.unwrap_or_else(|| PathBuf::from(PAGES));
    let sdk = get(|Path(path): Path<String>| async move { served(FilePath::new(SDK), &path).await });
    Router::new()
        .route("/", get(index))
        .route("/cfdi.json", get(invoices))
        .route("/sdk/{*path}", sdk)
        .route("/{*path}", get(page))
        .with_state(Arc::new(Portal { pages, list, visits }))
}

/// What the handlers share.
#[derive(Debug)]
struct Portal {
    pages: PathBuf,
    list: List,
    /// How often the first page was asked for.
    visits: Arc<AtomicUsize>,
}

async fn index(State(portal): State<Arc<Portal>>) -> Response {
    portal.visits.fetch_add(1, Ordering::Relaxed);
    served(&portal.pages, "index.html").await
}

async fn page(State(portal): State<Arc<Portal>>, Path(path): Path<String>) -> Response {
    served(&portal.pages, &path).await
}

async fn invoices(State(portal): State<Arc<Portal>>) -> Response {
    let bytes = match &portal.list {
        List::Value(value) => value.to_string().into_bytes(),
        List::File(path) => match tokio::fs::read(path).await {
            Ok(bytes) => bytes,
            Err(_) => {
                return answered(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", b"No list".to_vec());
            }
        },
    };
    answered(StatusCode::OK, "application/json", bytes)
}

/// A file below `root`, whatever the path tries.
async fn served(root: &FilePath, path: &str) -> Response {
    let missing = || answered(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", b"Not found".to_vec());
    let path = FilePath::new(path);
    if !path.components().all(|component| matches!(component, Component::Normal(_))) {
        return missing();
    }
    let kind = mime(path);
    let below = async {
        let root = tokio::fs::canonicalize(root).await.ok()?;
        let file = tokio::fs::canonicalize(root.join(path)).await.ok()?;
        // A symbolic link could lead out of the folder even when the path does not.
        if file.starts_with(&root) { tokio::fs::read(file).await.ok() } else { None }
    };
    below.await.map_or_else(missing, |bytes| answered(StatusCode::OK, kind, bytes))
}

fn answered(status: StatusCode, kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, bytes).into_response()
}

fn mime(path: &FilePath) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("ts" | "md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
