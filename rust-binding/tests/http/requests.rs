// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! compat-tests/serving/requests.txt, asked of a server over its socket and of an exposer by itself.

use cmetrics::http::{Exposer, Server};
use cmetrics::{Priority, Registry};

use crate::client::{ask, Answer};

const TABLE: &str = include_str!("../../../compat-tests/serving/requests.txt");

#[derive(Default)]
struct Case<'a> {
    title: &'a str,
    max_verbosity: Priority,
    request: (&'a str, &'a str),
    headers: Vec<(&'a str, &'a str)>,
    expected: Vec<(&'a str, &'a str)>,
}

fn cases() -> Vec<Case<'static>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "case" {
            cases.push(Case { title: rest, max_verbosity: Priority::Debug, ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a case comes first");
        match word {
            "max_verbosity" => case.max_verbosity = rest.parse().unwrap(),
            "request" => case.request = rest.split_once(' ').unwrap(),
            "header" => case.headers.push(rest.split_once(": ").unwrap()),
            "status" | "answer" | "without" | "has" | "lacks" | "empty" => case.expected.push((word, rest)),
            _ => panic!("{}: unknown command: {line}", case.title),
        }
    }
    cases
}

fn root() -> (Registry, Registry) {
    let root = Registry::isolated();
    root.counter("requests").get().add(3);
    let tokens = root.int_counter("tokens").get();
    tokens.add(5);
    tokens.add(7);
    root.int_gauge("alarms").priority(Priority::Critical).get().set(0);
    root.int_gauge("depth").priority(Priority::Low).get().set(2);
    root.counter("probes").priority(Priority::Debug).get().inc();
    let engine = root.child("engine").get();
    engine.counter("steps").get().add(9);
    (root, engine)
}

fn judge(case: &Case<'_>, who: &str, answer: &Answer) {
    let what = format!("{who}: {}: {answer:?}", case.title);
    let text = answer.text();
    for (word, rest) in &case.expected {
        match *word {
            "status" => assert_eq!(answer.status.to_string(), *rest, "{what}"),
            "answer" => {
                let (name, value) = rest.split_once(": ").unwrap();
                assert_eq!(answer.header(name), [value], "{what}");
            }
            "without" => assert!(answer.header(rest).is_empty(), "{what}"),
            "has" => assert!(text.contains(rest), "{rest}: {what}"),
            "lacks" => assert!(!text.contains(rest), "{rest}: {what}"),
            _ => assert!(answer.body.is_empty(), "{what}"),
        }
    }
    if case.request.0 != "HEAD" {
        assert_eq!(answer.header("content-length"), [answer.body.len().to_string()], "{what}");
    }
}

#[test]
fn every_case_of_the_table_is_answered_over_a_socket() {
    let cases = cases();
    assert!(cases.len() > 40);
    for case in cases {
        let (root, engine) = root();
        let server = Server::builder()
            .endpoint("/metrics", root)
            .endpoint("/engine/metrics", engine)
            .max_verbosity(case.max_verbosity)
            .start()
            .unwrap();
        let (method, target) = case.request;
        let headers: String = case.headers.iter().map(|(name, value)| format!("\r\n{name}: {value}")).collect();
        judge(&case, "server", &ask(server.local_addr(), &format!("{method} {target} HTTP/1.1{headers}")));
    }
}

#[test]
fn every_case_of_the_table_is_answered_by_an_exposer() {
    for case in cases() {
        let (root, engine) = root();
        let exposer = Exposer::builder()
            .endpoint("/metrics", root)
            .endpoint("/engine/metrics", engine)
            .max_verbosity(case.max_verbosity)
            .build()
            .unwrap();
        let mut request = http::Request::builder().method(case.request.0).uri(case.request.1);
        for (name, value) in &case.headers {
            request = request.header(*name, *value);
        }
        let response = exposer.respond(&request.body(()).unwrap());
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let answer =
            Answer { status: response.status().as_u16(), headers: headers.collect(), body: response.body().to_vec() };
        judge(&case, "exposer", &answer);
    }
}

#[test]
fn head_tells_the_length_that_get_has() {
    let (root, _) = root();
    let server = Server::builder().endpoint("/metrics", root).no_self().start().unwrap();
    for more in ["", "\r\nAccept-Encoding: gzip"] {
        let get = ask(server.local_addr(), &format!("GET /metrics HTTP/1.1{more}"));
        let head = ask(server.local_addr(), &format!("HEAD /metrics HTTP/1.1{more}"));
        assert_eq!(head.header("content-length"), get.header("content-length"));
        assert!(!get.body.is_empty() && head.body.is_empty());
    }
}
