// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Answers.

use bytes::Bytes;
use http::header::{HeaderName, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, VARY};
use http::{HeaderValue, Method, Response, StatusCode};

use crate::Error;

pub(super) const SCRAPE_TIMEOUT: HeaderName = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");

/// The report, packed or not.
pub(super) fn report(body: Vec<u8>, gzip: bool) -> Response<Bytes> {
    let mut answer = sized(StatusCode::OK, crate::content_type(), body);
    let headers = answer.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

pub(super) fn no_such_path<'a>(path: &str, paths: impl Iterator<Item = &'a str>) -> Response<Bytes> {
    let paths: Vec<&str> = paths.collect();
    text(StatusCode::NOT_FOUND, &format!("nothing is served at {path}; the reports are at {}", paths.join(", ")))
}

pub(super) fn no_such_method(method: &Method) -> Response<Bytes> {
    let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, &format!("{method} changes nothing here; use GET or HEAD"));
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    answer
}

pub(super) fn bad_query(why: &str) -> Response<Bytes> {
    text(StatusCode::BAD_REQUEST, why)
}

pub(super) fn busy(most: u32) -> Response<Bytes> {
    let why = format!(
        "{most} reports are being made, as many as may be at once; ask again in a second, scrape less often, or raise \
         max_concurrent"
    );
    let mut answer = text(StatusCode::SERVICE_UNAVAILABLE, &why);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}

pub(super) fn too_late(seconds: f64) -> Response<Bytes> {
    let why = format!(
        "the report was not ready in {seconds} s; a collector is slow, or the report is large: raise the scraper's timeout \
         (X-Prometheus-Scrape-Timeout-Seconds) and the server's, ask for less with verbosity or name[], or mend the \
         collector"
    );
    text(StatusCode::SERVICE_UNAVAILABLE, &why)
}

pub(super) fn failed(err: &Error) -> Response<Bytes> {
    let status = if err.is_gone() { StatusCode::GONE } else { StatusCode::INTERNAL_SERVER_ERROR };
    text(status, &format!("the report was not made: {err}"))
}

pub(super) fn broken(why: &str) -> Response<Bytes> {
    text(StatusCode::INTERNAL_SERVER_ERROR, &format!("the report was not made: {why}"))
}

/// The same without its body, for HEAD.
pub(super) fn head_of(mut answer: Response<Bytes>) -> Response<Bytes> {
    answer.body_mut().clear();
    answer
}

fn text(status: StatusCode, why: &str) -> Response<Bytes> {
    sized(status, "text/plain; charset=utf-8", format!("{why}\n").into_bytes())
}

fn sized(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    let length = HeaderValue::from(answer.body().len());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LENGTH, length);
    answer
}
