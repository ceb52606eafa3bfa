// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Clients that are slow, silent, greedy or gone.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use cmetrics::http::{Server, ServerHandle};

use crate::client::{connect, get, read, PATIENCE};
use crate::isolated;

const SHORT: Duration = Duration::from_millis(200);
const REQUEST: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";

fn serve(io_timeout: Duration) -> ServerHandle {
    Server::builder().endpoint("/metrics", isolated()).io_timeout(io_timeout).start().unwrap()
}

#[test]
fn a_connection_is_kept_for_more_requests() {
    let server = serve(PATIENCE);
    let mut reader = BufReader::new(connect(server.local_addr()));
    for _ in 0..3 {
        reader.get_mut().write_all(REQUEST).unwrap();
        assert_eq!(read(&mut reader, false).status, 200);
    }
}

#[test]
fn requests_that_come_at_once_are_answered_in_their_order() {
    let server = serve(PATIENCE);
    let mut reader = BufReader::new(connect(server.local_addr()));
    let pipeline = [REQUEST, b"HEAD /metrics HTTP/1.1\r\nHost: test\r\n\r\n", &REQUEST.to_ascii_uppercase()].concat();
    reader.get_mut().write_all(&pipeline).unwrap();
    assert_eq!(read(&mut reader, false).status, 200);
    assert_eq!(read(&mut reader, true).status, 200);
    assert_eq!(read(&mut reader, false).status, 404, "/METRICS is another path");
}

#[test]
fn who_has_nothing_more_to_say_is_answered() {
    let server = serve(PATIENCE);
    let mut reader = BufReader::new(connect(server.local_addr()));
    reader.get_mut().write_all(REQUEST).unwrap();
    reader.get_mut().shutdown(Shutdown::Write).unwrap();
    assert_eq!(read(&mut reader, false).status, 200);
    let mut more = Vec::new();
    reader.read_to_end(&mut more).unwrap();
    assert!(more.is_empty());
}

#[test]
fn the_first_version_of_http_is_answered_and_closed() {
    let server = serve(PATIENCE);
    let mut reader = BufReader::new(connect(server.local_addr()));
    reader.get_mut().write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(read(&mut reader, false).status, 200);
    assert_eq!(reader.read(&mut [0]).unwrap(), 0);
}

#[test]
fn who_is_silent_or_slow_to_ask_is_hung_up_on() {
    let server = serve(SHORT);
    for said in [&b""[..], b"GET /metr", &REQUEST[..REQUEST.len() - 2]] {
        let mut stream = connect(server.local_addr());
        stream.write_all(said).unwrap();
        let started = Instant::now();
        // What it may say before it closes is its own business.
        let closed = stream.read_to_end(&mut Vec::new());
        assert!(closed.is_ok() || closed.unwrap_err().kind() == ErrorKind::ConnectionReset);
        assert!(started.elapsed() < PATIENCE / 2);
    }
    // After an answer too.
    let mut reader = BufReader::new(connect(server.local_addr()));
    reader.get_mut().write_all(REQUEST).unwrap();
    assert_eq!(read(&mut reader, false).status, 200);
    assert_eq!(reader.read(&mut [0]).unwrap(), 0);
}

#[test]
fn who_takes_no_answer_is_hung_up_on() {
    let registry = isolated();
    let family = registry.counter_family("many", ["number"]).get();
    for number in 0..20_000 {
        family.with([format!("{number:0>400}")]).inc();
    }
    let server = Server::builder().endpoint("/metrics", registry).io_timeout(SHORT).max_concurrent(1).start().unwrap();
    let mut stream = connect(server.local_addr());
    stream.write_all(REQUEST).unwrap();
    // Some 8 MB are on their way to a client that takes none; others are served meanwhile.
    let started = Instant::now();
    while get(server.local_addr(), "/metrics?name[]=requests_total").status != 200 {
        assert!(started.elapsed() < PATIENCE);
    }
    std::thread::sleep(SHORT * 10);
    let mut taken = Vec::new();
    let end = stream.read_to_end(&mut taken);
    assert!(end.is_err() || taken.len() < 8_000_000, "it was cut off, after {} bytes", taken.len());
}

#[test]
fn headers_beyond_all_measure_are_refused() {
    let server = serve(PATIENCE);
    let mut reader = BufReader::new(connect(server.local_addr()));
    let huge = format!("GET /metrics HTTP/1.1\r\nHost: test\r\nX-Huge: {}\r\n\r\n", "x".repeat(20_000));
    reader.get_mut().write_all(huge.as_bytes()).unwrap();
    assert_eq!(read(&mut reader, false).status, 431);
    assert_eq!(get(server.local_addr(), "/metrics").status, 200);
}

#[test]
fn what_is_no_http_is_refused_and_others_are_served() {
    let server = serve(PATIENCE);
    for noise in
        [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"\xff\xff\r\n\r\n"]
    {
        let mut stream = connect(server.local_addr());
        stream.write_all(noise).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400 "), "{:?}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(get(server.local_addr(), "/metrics").status, 200);
}

#[test]
fn more_clients_than_connections_wait_their_turn() {
    let server = serve(SHORT * 2);
    // None of them says anything; those beyond the limit wait in the system's queue until others were hung up on.
    let silent: Vec<_> = (0..150).map(|_| connect(server.local_addr())).collect();
    assert_eq!(get(server.local_addr(), "/metrics").status, 200);
    drop(silent);
}
