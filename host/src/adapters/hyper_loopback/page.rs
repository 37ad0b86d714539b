//! What the browser shows after the sign-in: no script, nothing of the request, nothing from elsewhere.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::ports::loopback::Words;

const STYLE: &str = ":root{color-scheme:light dark}\
    body{margin:0;min-height:100vh;display:grid;place-content:center;padding:1.5rem;box-sizing:border-box;\
    font:1rem/1.5 system-ui,sans-serif}main{max-width:30rem}h1{font-size:1.375rem;line-height:1.3;margin:0 0 .5rem}\
    p{margin:0}section+section{margin-top:1.5rem;padding-top:1.5rem;border-top:1px solid color-mix(in srgb,currentcolor 25%,transparent)}\
    section+section h1{font-size:1.0625rem}";

/// Allows the one style sheet above, by its hash (CSP Level 3), and nothing else.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// An answer without words, for whoever is not the person's browser.
pub(super) fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    answer(status, String::new())
}

/// The page, in each language.
pub(super) fn full(words: &[Words]) -> Response<Full<Bytes>> {
    let language = words.first().map_or("es", |first| first.language);
    let section = |part: &Words| {
        let (title, text) = (escaped(&part.title), escaped(&part.text));
        format!("<section lang=\"{}\"><h1>{title}</h1><p>{text}</p></section>", part.language)
    };
    let sections: String = words.iter().map(section).collect();
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Correo CFDI</title>\
         <style>{STYLE}</style><main>{sections}</main></html>\n"
    );
    answer(StatusCode::OK, html)
}

fn answer(status: StatusCode, html: String) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from(html)));
    *answer.status_mut() = status;
    let fields = answer.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    answer
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_become_markup() {
        assert_eq!(escaped("<script>&</script>"), "&lt;script&gt;&amp;&lt;/script&gt;");
    }

    #[test]
    fn the_policy_names_the_style_that_is_there() {
        assert!(POLICY.as_bytes().starts_with(b"default-src 'none'; style-src 'sha256-"), "{:?}", *POLICY);
    }
}
