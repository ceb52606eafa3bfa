// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A queue of orders on axum, measured by `cmetrics`. `before.rs` is the same, measured by the crate `prometheus`.
//!
//! Run it by `cargo run -p migrating --bin after -- 127.0.0.1:9400`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, post};
use axum::Router;
use cmetrics::http::Exposer;
use cmetrics::{Counter, DurationCounter, Family, IntGauge};

// [make]
struct Metrics {
    requests: Family<Counter, 3>,
    errors: Family<Counter, 1>,
    in_progress: IntGauge,
    duration: DurationCounter,
    sent: Counter,
    waiting: IntGauge,
}

impl Metrics {
    fn new() -> Result<Metrics, cmetrics::Error> {
        let (shop, labels) = (cmetrics::try_root()?.child("shop").try_get()?, ["method", "path", "status"]);
        Ok(Metrics {
            requests: shop.counter_family("requests", labels).help("Requests that were answered.").try_get()?,
            errors: shop.counter_family("errors", ["type"]).help("Requests that were refused, by type.").try_get()?,
            in_progress: shop.int_gauge("requests_in_progress").help("Requests under way.").try_get()?,
            duration: shop.duration_counter("request_duration").help("Time to answer a request.").try_get()?,
            sent: shop.counter("sent_bytes").help("Bytes of answers.").try_get()?,
            waiting: shop.int_gauge("orders_waiting").help("Orders in the queue.").try_get()?,
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
        let _in_progress = self.metrics.in_progress.track_inprogress();
        let _timer = self.metrics.duration.start_timer();
        let (status, body) = match work() {
            Ok(item) => (StatusCode::OK, item),
            Err(kind) => {
                self.metrics.errors.with([kind]).inc();
                (StatusCode::CONFLICT, kind.to_owned())
            }
        };
        self.metrics.requests.with([method, path, status.as_str()]).inc();
        self.metrics.sent.add(body.len() as u64);
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = Shop { metrics: Metrics::new()?, orders: Mutex::default() };
    let app = Router::new()
        .route("/orders/{item}", post(order))
        .route("/orders", delete(serve))
        .route_service("/metrics", Exposer::builder().endpoint("/metrics", cmetrics::root()).build()?)
        .with_state(Arc::new(shop));
    let addr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9400".to_owned());
    axum::serve(tokio::net::TcpListener::bind(addr).await?, app).await?;
    Ok(())
}
