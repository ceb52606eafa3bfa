// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client that says what it is told to, and reads answers strictly.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Nothing here takes nearly as long; what does has hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let named = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().filter(named).map(|(_, value)| value.as_str()).collect()
    }

    /// The body, unpacked.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if self.header("content-encoding") == ["gzip"] {
            if !self.body.is_empty() {
                flate2::read::GzDecoder::new(&*self.body).read_to_string(&mut text).unwrap();
            }
        } else {
            text = String::from_utf8(self.body.clone()).unwrap();
        }
        text
    }
}

pub(crate) fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// One request on a connection of its own; `head` is its first line and its headers, without the last empty line.
pub(crate) fn ask(addr: SocketAddr, head: &str) -> Answer {
    let mut stream = connect(addr);
    write!(stream, "{head}\r\nHost: test\r\nConnection: close\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let answer = read(&mut reader, head.starts_with("HEAD "));
    let mut more = Vec::new();
    reader.read_to_end(&mut more).unwrap();
    assert!(more.is_empty(), "after the answer to {head:?}: {more:?}");
    answer
}

pub(crate) fn get(addr: SocketAddr, target: &str) -> Answer {
    ask(addr, &format!("GET {target} HTTP/1.1"))
}

/// Reads one answer, whose length its headers tell.
pub(crate) fn read<R: Read>(reader: &mut BufReader<R>, of_head: bool) -> Answer {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.strip_suffix("\r\n").unwrap_or_else(|| panic!("no whole line: {line:?}")).to_owned()
    };
    let first = line();
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut answer = Answer { status: status.expect("a status"), headers: Vec::new(), body: Vec::new() };
    loop {
        let line = line();
        let Some((name, value)) = line.split_once(": ") else { break };
        answer.headers.push((name.to_owned(), value.to_owned()));
    }
    let length = answer.header("content-length");
    assert_eq!(length.len(), 1, "one Content-Length: {answer:?}");
    let length = if of_head { 0 } else { length[0].parse().unwrap() };
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    answer.body = body;
    answer
}
