// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The quick start of Rust with a logger: what is logged, and which library it is, goes to standard error.

/// Writes to standard error.
struct Stderr;

impl log::Log for Stderr {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        eprintln!("{}: {}", record.level(), record.args());
    }

    fn flush(&self) {}
}

fn main() {
    log::set_logger(&Stderr).expect("no other logger is set");
    log::set_max_level(log::LevelFilter::Warn);
    let requests = cmetrics::root().counter("requests").help("Requests that came in.").get();
    requests.inc();
    print!("{}", cmetrics::render());
    if let Ok(library) = cmetrics::library() {
        eprintln!("library: {:?} {}", library.origin, library.path);
    }
}
