// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A service on axum with its metrics at `/metrics`.
//!
//! Run it by `cargo run --example axum --features http,embedded -- 127.0.0.1:9400`, then ask for
//! `http://127.0.0.1:9400/orders/tea` and `http://127.0.0.1:9400/metrics`.

use std::time::Duration;

use axum::extract::Path;
use axum::routing::get;
use axum::Router;
use cmetrics::http::Exposer;
use cmetrics::Registry;

/// The service's routes; its metrics are made in `registry`.
pub fn app(registry: &Registry) -> Result<Router, cmetrics::Error> {
    let orders = registry.counter_family("orders", ["item"]).help("Orders that were taken").get();
    let took = registry.duration_counter("order_duration").help("Time to take an order").get();
    let order = move |Path(item): Path<String>| async move {
        let _timer = took.start_timer();
        orders.with([item.as_str()]).inc();
        format!("one {item}\n")
    };
    // A tower service: reports are made on Tokio's threads for blocking work, so that they hold up no task.
    let metrics = Exposer::builder().endpoint("/metrics", registry.clone()).timeout(Duration::from_secs(5)).build()?;
    Ok(Router::new().route("/orders/{item}", get(order)).route_service("/metrics", metrics))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let addr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(addr).await?;
    println!("http://{}/metrics", listener.local_addr()?);
    axum::serve(listener, app(&cmetrics::root())?).await?;
    Ok(())
}
