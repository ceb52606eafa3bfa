// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Starting, stopping, and what cannot be started.

use std::io::{BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use cmetrics::http::{Exposer, Server, ServerBuilder};
use cmetrics::Registry;

use crate::client::{connect, get, read, PATIENCE};
use crate::{hanging, isolated};

#[test]
fn without_an_endpoint_the_root_of_the_thread_is_served() {
    let registry = isolated();
    let server = {
        let _scope = registry.enter();
        Server::builder().start().unwrap()
    };
    assert!(get(server.local_addr(), "/metrics").text().contains("requests_total 1\n"));
}

#[test]
fn a_stopped_server_leaves_its_port_and_its_connections() {
    let server = Server::builder().endpoint("/metrics", isolated()).start().unwrap();
    let addr = server.local_addr();
    let mut kept = BufReader::new(connect(addr));
    kept.get_mut().write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    assert_eq!(read(&mut kept, false).status, 200);
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < Duration::from_millis(900), "an idle connection is not waited for");
    assert_eq!(std::io::Read::read(&mut kept, &mut [0]).unwrap(), 0);
    assert!(TcpStream::connect(addr).is_err());
    for _ in 0..3 {
        let again = Server::builder().addr(addr).endpoint("/metrics", isolated()).start().unwrap();
        assert_eq!(again.local_addr(), addr);
        assert_eq!(get(addr, "/metrics").status, 200);
    }
}

#[test]
fn stop_lets_an_answer_finish() {
    let registry = isolated();
    let (running, go_on) = hanging(&registry);
    let server = Server::builder().endpoint("/metrics", registry).start().unwrap();
    let addr = server.local_addr();
    let waiting = std::thread::spawn(move || get(addr, "/metrics"));
    running.recv_timeout(PATIENCE).unwrap();
    let stopping = std::thread::spawn(move || server.stop());
    std::thread::sleep(Duration::from_millis(50));
    go_on.send(()).unwrap();
    stopping.join().unwrap();
    assert_eq!(waiting.join().unwrap().status, 200);
}

#[test]
fn stop_does_not_wait_for_a_collector_that_hangs() {
    let registry = isolated();
    let (running, _go_on) = hanging(&registry);
    let server = Server::builder().endpoint("/metrics", registry).start().unwrap();
    let mut stream = connect(server.local_addr());
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    running.recv_timeout(PATIENCE).unwrap();
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < PATIENCE / 2);
    let read = std::io::Read::read_to_end(&mut stream, &mut Vec::new());
    assert!(read.is_err() || read.unwrap() == 0, "its connection is closed without an answer");
}

#[test]
fn a_detached_server_serves_on() {
    let server = Server::builder().endpoint("/metrics", isolated()).start().unwrap();
    let addr = server.local_addr();
    server.detach();
    assert_eq!(get(addr, "/metrics").status, 200);
}

#[test]
fn a_server_starts_and_stops_in_an_async_function() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::builder().endpoint("/metrics", isolated()).start().unwrap();
        let addr = server.local_addr();
        let answer = tokio::task::spawn_blocking(move || get(addr, "/metrics")).await.unwrap();
        assert_eq!(answer.status, 200);
        server.stop();
    });
}

#[test]
fn what_cannot_be_served_is_named_with_its_cure() {
    let check = |builder: ServerBuilder, kind: ErrorKind, words: &[&str]| {
        let err = builder.start().unwrap_err();
        assert_eq!(err.kind(), kind, "{err}");
        for word in words {
            assert!(err.to_string().contains(word), "{word}: {err}");
        }
        err
    };
    let taken = Server::builder().start().unwrap();
    let addr = taken.local_addr().to_string();
    let err = check(Server::builder().addr(&addr), ErrorKind::AddrInUse, &[&addr, "in use", "choose another port"]);
    let source = std::error::Error::source(err.get_ref().unwrap()).unwrap();
    assert!(source.downcast_ref::<std::io::Error>().unwrap().raw_os_error().is_some());
    let elsewhere = "192.0.2.1:0";
    check(Server::builder().addr(elsewhere), ErrorKind::AddrNotAvailable, &[elsewhere, "0.0.0.0"]);
    for bad in ["9400", "localhost:", "127.0.0.1:65536", ""] {
        check(Server::builder().addr(bad), ErrorKind::InvalidInput, &[bad, "HOST:PORT"]);
    }
    let invalid = ErrorKind::InvalidInput;
    let at = |path: &str| Server::builder().endpoint(path, Registry::isolated());
    for bad in ["metrics", "", "/a b", "/a?b", "/a#b", "/a\nb"] {
        check(at(bad), invalid, &["which is no path"]);
    }
    check(at("/a").endpoint("/a", isolated()), invalid, &["two registries at /a"]);
    check(Server::builder().max_concurrent(0), invalid, &["max_concurrent"]);
    check(Server::builder().timeout(Duration::ZERO), invalid, &["timeout"]);
    assert!(Exposer::builder().timeout(Duration::ZERO).build().unwrap_err().is_invalid_argument());
}

#[test]
fn an_address_of_the_whole_machine_is_shown_as_its_loopback() {
    let server = Server::builder().addr("0.0.0.0:0").start().unwrap();
    let port = server.local_addr().port();
    assert_eq!(server.url(), format!("http://127.0.0.1:{port}"));
    let reached = SocketAddr::from(([127, 0, 0, 1], port));
    assert_eq!(get(reached, "/nothing").status, 404);
}
