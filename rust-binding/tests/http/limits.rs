// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports at once, deadlines, and collectors that do not return.

use std::time::{Duration, Instant};

use cmetrics::http::{Exposer, Server};

use crate::client::{ask, connect, get, read, PATIENCE};
use crate::{hanging, isolated};
use std::io::{BufReader, Write};

#[test]
fn a_collector_that_hangs_stops_no_other_answer() {
    let (stuck, free) = (isolated(), isolated());
    let (running, go_on) = hanging(&stuck);
    let server = Server::builder().endpoint("/stuck", stuck).endpoint("/free", free).max_concurrent(2).start().unwrap();
    let addr = server.local_addr();
    let waiting = std::thread::spawn(move || get(addr, "/stuck"));
    running.recv_timeout(PATIENCE).unwrap();

    assert_eq!(get(addr, "/free").status, 200);
    assert_eq!(get(addr, "/nowhere").status, 404);
    assert_eq!(ask(addr, "PUT /stuck HTTP/1.1\r\nContent-Length: 0").status, 405);
    assert_eq!(get(addr, "/stuck?verbosity=loud").status, 400);

    go_on.send(()).unwrap();
    let answer = waiting.join().unwrap();
    assert!(answer.status == 200 && answer.text().contains("requests_total 1\n"), "{answer:?}");
}

#[test]
fn as_many_reports_as_may_be_and_no_more() {
    let stuck = isolated();
    let (running, go_on) = hanging(&stuck);
    let server = Server::builder().endpoint("/metrics", stuck).max_concurrent(2).start().unwrap();
    let addr = server.local_addr();
    let waiting: Vec<_> = (0..2).map(|_| std::thread::spawn(move || get(addr, "/metrics"))).collect();
    running.recv_timeout(PATIENCE).unwrap();
    // The second waits behind the first's gate, and so does not tell: it has its place once a third is refused.
    let started = Instant::now();
    let refused = loop {
        let mut third = connect(addr);
        write!(third, "GET /metrics HTTP/1.1\r\nHost: a\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n\r\n").unwrap();
        let answer = read(&mut BufReader::new(third), false);
        assert_eq!(answer.status, 503, "{answer:?}");
        if answer.header("retry-after") == ["1"] {
            break answer;
        }
        assert!(started.elapsed() < PATIENCE, "{answer:?}");
    };
    assert!(refused.text().contains("max_concurrent"), "{refused:?}");
    drop(go_on);
    for thread in waiting {
        thread.join().unwrap();
    }
    let started = Instant::now();
    while get(addr, "/metrics").status != 200 {
        assert!(started.elapsed() < PATIENCE, "places are free again");
    }
}

#[test]
fn past_the_deadline_nobody_waits_for_a_collector() {
    let stuck = isolated();
    let (running, _go_on) = hanging(&stuck);
    let server = Server::builder().endpoint("/metrics", stuck).timeout(Duration::from_millis(300)).start().unwrap();
    let answer = get(server.local_addr(), "/metrics");
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_empty());
    assert!(answer.text().contains("not ready in 0.3 s"), "{answer:?}");
    running.recv_timeout(PATIENCE).unwrap();
    let head = ask(server.local_addr(), "HEAD /metrics HTTP/1.1");
    assert_eq!((head.status, head.body.len()), (503, 0));
}

#[test]
fn the_scraper_may_ask_for_less_time() {
    let stuck = isolated();
    let (_running, _go_on) = hanging(&stuck);
    let server = Server::builder().endpoint("/metrics", stuck).timeout(PATIENCE * 10).start().unwrap();
    let head = "GET /metrics HTTP/1.1\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.25";
    let answer = ask(server.local_addr(), head);
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("not ready in 0.25 s"), "{answer:?}");
}

#[test]
fn a_registry_that_was_removed_is_told() {
    let root = isolated();
    let engine = root.child("engine").get();
    let exposer = Exposer::builder().endpoint("/engine", engine.clone()).build().unwrap();
    engine.remove().unwrap();
    let response = exposer.respond(&http::Request::get("/engine").body(()).unwrap());
    assert_eq!(response.status(), 410);
    assert!(String::from_utf8_lossy(response.body()).starts_with("the report was not made: "));
}

#[test]
fn a_plan_keeps_its_place_until_it_is_made_or_dropped() {
    let registry = isolated();
    let exposer = Exposer::builder().endpoint("/metrics", registry.clone()).max_concurrent(1).build().unwrap();
    let ask = |method: &str| exposer.plan(&http::Request::builder().method(method).uri("/metrics").body(()).unwrap());
    let plan = ask("GET").unwrap();
    assert_eq!(plan.registry(), registry);
    assert!(plan.left() > Duration::from_secs(5) && plan.left() <= Duration::from_secs(10));
    assert_eq!(plan.too_late().status(), 503);
    assert!(!plan.too_late().body().is_empty());
    assert_eq!(ask("GET").unwrap_err().headers()["retry-after"], "1");
    drop(plan);
    let of_head = ask("HEAD").unwrap();
    assert!(of_head.too_late().body().is_empty());
    assert_eq!(of_head.make().status(), 200);
    assert_eq!(ask("GET").unwrap().make().status(), 200);
}
