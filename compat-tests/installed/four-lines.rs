// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The quick start of Rust, in a project that has nothing but `cargo add cmetrics`.

fn main() {
    let requests = cmetrics::root().counter("requests").help("Requests that came in.").get();
    requests.inc();
    print!("{}", cmetrics::render());
}
