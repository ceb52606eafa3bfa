// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Exposition formats, one file each.

mod prometheus;

use cmetrics_interface as abi;

use crate::error::{Fault, Result};
use crate::registry::Registry;
use crate::report::{walk, Options, Stop};

/// Takes the chunks of a report: non-empty, split anywhere. Called with no lock held.
pub(crate) trait Sink {
    fn write(&mut self, chunk: &[u8]) -> std::result::Result<(), Stop>;
}

/// The media type of a format.
pub(crate) fn content_type(format: i32) -> Result<&'static str> {
    match format {
        abi::FORMAT_PROMETHEUS_TEXT => Ok(prometheus::CONTENT_TYPE),
        _ => Err(Fault::unsupported(format!("the report format {format} is not known here"))
            .subject(format.to_string())
            .hint("use 0, Prometheus text 0.0.4")),
    }
}

/// Writes the report of a registry and all below it.
pub(crate) fn render(registry: &Registry, options: &Options<'_>, sink: &mut dyn Sink) -> Result<()> {
    content_type(options.format)?;
    let mut text = prometheus::Text::new(sink);
    walk(registry, options, &mut text)?;
    text.finish()
}
