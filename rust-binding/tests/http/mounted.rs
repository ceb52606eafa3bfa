// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The example for axum, as it stands.

#[path = "../../examples/axum.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)] // its own main, which a test does not call
mod example;

use crate::client::{get, PATIENCE};
use crate::hanging;

/// Serves the example's app; what `ask` gives of it.
fn with_app<R: Send + 'static>(
    registry: &cmetrics::Registry,
    ask: impl FnOnce(std::net::SocketAddr) -> R + Send + 'static,
) -> R {
    // One thread: a report that blocked it would block everything.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let app = example::app(registry).unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        tokio::task::spawn_blocking(move || ask(addr)).await.unwrap()
    })
}

#[test]
fn the_app_counts_its_orders_and_shows_them() {
    let report = with_app(&crate::isolated(), |addr| {
        assert_eq!(get(addr, "/orders/tea").status, 200);
        assert_eq!(get(addr, "/orders/tea").status, 200);
        assert_eq!(crate::client::ask(addr, "HEAD /metrics HTTP/1.1").status, 200);
        assert_eq!(crate::client::ask(addr, "POST /metrics HTTP/1.1\r\nContent-Length: 0").status, 405);
        get(addr, "/metrics")
    });
    assert_eq!(report.status, 200);
    assert!(report.text().contains("orders_total{item=\"tea\"} 2\n"), "{report:?}");
}

#[test]
fn a_report_that_takes_long_holds_up_no_task() {
    let registry = crate::isolated();
    let (running, go_on) = hanging(&registry);
    let report = with_app(&registry, move |addr| {
        let waiting = std::thread::spawn(move || get(addr, "/metrics"));
        running.recv_timeout(PATIENCE).unwrap();
        assert_eq!(get(addr, "/orders/tea").status, 200);
        go_on.send(()).unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(report.status, 200);
}
