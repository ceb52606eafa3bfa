// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A queue of orders on axum, measured by the crate `prometheus`. `after.rs` is the same, measured by `cmetrics`.
//!
//! Run it by `cargo run -p migrating --bin before -- 127.0.0.1:9400`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::Router;
use prometheus::{register_histogram, register_int_counter, register_int_counter_vec, register_int_gauge};
use prometheus::{Histogram, IntCounter, IntCounterVec, IntGauge, TextEncoder};

// [make]
struct Metrics {
    requests: IntCounterVec,
    errors: IntCounterVec,
    in_progress: IntGauge,
    duration: Histogram,
    sent: IntCounter,
    waiting: IntGauge,
}

impl Metrics {
    fn new() -> Result<Metrics, prometheus::Error> {
        let labels = &["method", "path", "status"];
        Ok(Metrics {
            requests: register_int_counter_vec!("shop_requests_total", "Requests that were answered.", labels)?,
            errors: register_int_counter_vec!("shop_errors_total", "Requests that were refused, by type.", &["type"])?,
            in_progress: register_int_gauge!("shop_requests_in_progress", "Requests under way.")?,
            duration: register_histogram!("shop_request_duration_seconds", "Time to answer a request.")?,
            sent: register_int_counter!("shop_sent_bytes_total", "Bytes of answers.")?,
            waiting: register_int_gauge!("shop_orders_waiting", "Orders in the queue.")?,
        })
    }
}
// [/make]

struct Shop {
    metrics: Metrics,
    orders: Mutex<VecDeque<String>>,
}

type Answer = Result<String, &'static str>;

impl Shop {
    fn order(&self, item: String) -> Answer {
        if item == "milk" {
            return Err("unknown_item");
        }
        let mut orders = self.orders.lock().map_err(|_| "broken")?;
        orders.push_back(item.clone());
        self.metrics.waiting.set(orders.len() as i64);
        Ok(item)
    }

    fn serve(&self) -> Answer {
        let mut orders = self.orders.lock().map_err(|_| "broken")?;
        let item = orders.pop_front().ok_or("no_orders")?;
        self.metrics.waiting.set(orders.len() as i64);
        Ok(item)
    }

    // [use]
    fn answer(&self, method: &str, path: &str, work: impl FnOnce() -> Answer) -> (StatusCode, String) {
        self.metrics.in_progress.inc();
        let timer = self.metrics.duration.start_timer();
        let (status, body) = match work() {
            Ok(item) => (StatusCode::OK, item),
            Err(kind) => {
                self.metrics.errors.with_label_values(&[kind]).inc();
                (StatusCode::CONFLICT, kind.to_owned())
            }
        };
        self.metrics.requests.with_label_values(&[method, path, status.as_str()]).inc();
        self.metrics.sent.inc_by(body.len() as u64);
        timer.observe_duration();
        self.metrics.in_progress.dec();
        (status, body)
    }
    // [/use]
}

async fn order(State(shop): State<Arc<Shop>>, Path(item): Path<String>) -> (StatusCode, String) {
    shop.answer("POST", "/orders/{item}", || shop.order(item))
}

async fn serve(State(shop): State<Arc<Shop>>) -> (StatusCode, String) {
    shop.answer("DELETE", "/orders", || shop.serve())
}

async fn report() -> Result<String, (StatusCode, String)> {
    let text = TextEncoder::new().encode_to_string(&prometheus::gather());
    text.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = Shop { metrics: Metrics::new()?, orders: Mutex::default() };
    let app = Router::new()
        .route("/orders/{item}", post(order))
        .route("/orders", delete(serve))
        .route("/metrics", get(report))
        .with_state(Arc::new(shop));
    let addr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9400".to_owned());
    axum::serve(tokio::net::TcpListener::bind(addr).await?, app).await?;
    Ok(())
}
