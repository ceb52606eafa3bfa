// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Exposition formats, one file each.

mod lines;
mod prometheus;

use cmetrics_interface as abi;

pub(crate) use lines::Lines;

use crate::error::{Fault, Result};
use crate::registry::Registry;
use crate::report::{walk, Options, Stop};

/// Takes the chunks of a report: non-empty, split anywhere. Called with no lock held.
pub(crate) trait Sink {
    fn write(&mut self, chunk: &[u8]) -> std::result::Result<(), Stop>;
}

/// The media type of a format that is known. Allocates nothing.
pub(crate) fn content_type(format: i32) -> Option<&'static str> {
    match format {
        abi::FORMAT_PROMETHEUS_TEXT => Some(prometheus::CONTENT_TYPE),
        _ => None,
    }
}

/// Writes the report of a registry and all below it.
pub(crate) fn render(registry: &Registry, options: &Options<'_>, sink: &mut dyn Sink) -> Result<()> {
    let format = options.format;
    if content_type(format).is_none() {
        return Err(Fault::unsupported(format!("the report format {format} is not known here"))
            .subject(format.to_string())
            .hint("use 0, Prometheus text 0.0.4"));
    }
    let mut text = prometheus::Text::new(sink);
    walk(registry, options, &mut text)?;
    text.finish()
}
