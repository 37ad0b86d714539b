//! The frame of every page, and escaping.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = include_str!("style.css");

/// Text made safe for element content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// One text in Spanish with the English below; both are markup.
pub(crate) fn both(spanish: &str, english: &str) -> String {
    format!("<span class=es>{spanish}</span><span class=en lang=en>{english}</span>")
}

/// A page of the sign-in, with status 200.
///
/// A page with any other status would close the window of the browser's sign-in, and the person could not read it.
pub(crate) fn page(title: &str, body: &str) -> Response {
    page_with_status(StatusCode::OK, title, body)
}

/// A page with the status of a real refusal.
pub(crate) fn page_with_status(status: StatusCode, title: &str, body: &str) -> Response {
    framed(status, "card", title, body)
}

/// A wide page, for lists.
pub(crate) fn wide_page(title: &str, body: &str) -> Response {
    framed(StatusCode::OK, "wide", title, body)
}

fn framed(status: StatusCode, class: &str, title: &str, body: &str) -> Response {
    let title = escape(title);
    let label = both("Sandbox de Correo CFDI · no es Google", "Sandbox of Correo CFDI · not Google");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"es-MX\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} · Sandbox</title>\n<style>{STYLE}</style></head>\n<body>\n<p id=\"sandbox-label\" role=\"note\">{label}</p>\n<main class=\"{class}\">\n{body}\n</main>\n</body>\n</html>\n"
    );
    let mut response = (status, Html(html)).into_response();
    let headers: [(HeaderName, &'static str); 4] = [
        // No form-action: the form that ends the sign-in is answered by a redirect to the extension.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
