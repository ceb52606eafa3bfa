// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `prometheus` beside ours.

mod attached;
mod both;
mod exposed;

use cmetrics::bridge::prometheus::Exposed;
use prometheus::core::Collector;
use prometheus::{Encoder, TextEncoder};

/// An exposure that ends with the test: until then it keeps both registries.
struct Shown(Option<Exposed>);

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(Exposed::hide);
    }
}

fn shown(exposed: Result<Exposed, cmetrics::Error>) -> Shown {
    Shown(Some(exposed.unwrap()))
}

fn isolated() -> cmetrics::Registry {
    cmetrics::Registry::try_isolated().expect("the library is linked into the tests")
}

fn theirs(collectors: Vec<Box<dyn Collector>>) -> prometheus::Registry {
    let registry = prometheus::Registry::new();
    collectors.into_iter().for_each(|collector| registry.register(collector).unwrap());
    registry
}

fn gauge(name: &str, value: i64) -> Box<dyn Collector> {
    let gauge = prometheus::IntGauge::new(name, "A gauge").unwrap();
    gauge.set(value);
    Box::new(gauge)
}

/// What theirs shows.
fn text(registry: &prometheus::Registry) -> String {
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// What ours shows.
fn report(registry: &cmetrics::Registry) -> String {
    registry.render_with(&cmetrics::ReportOptions::new().no_self()).unwrap()
}
