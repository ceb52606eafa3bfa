// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::Parser;
use cmetrics::Priority;

/// A Rust program that embeds Python and loads a C++ plugin: one process, three languages, one report.
#[derive(Debug, Parser)]
#[command(args_override_self = true)]
pub(crate) struct Arguments {
    /// A folder with metrics.json and trace.csv
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// The C++ part
    #[arg(long, value_name = "PATH")]
    pub(crate) cpp_plugin: PathBuf,
    /// Taken so that all hosts understand the same line: this host's own part is linked in
    #[arg(long, value_name = "PATH")]
    rust_plugin: Option<PathBuf>,
    /// critical, high, normal, low or debug
    #[arg(long, value_name = "LEVEL", default_value = "debug")]
    pub(crate) verbosity: Priority,
    /// Report the library's own families too
    #[arg(long = "self")]
    pub(crate) own: bool,
    /// Keep the report on http://ADDR/metrics until Ctrl-C
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub(crate) serve: Option<String>,
    /// Threads per language
    #[arg(long, value_name = "N", default_value = "4")]
    pub(crate) threads: NonZeroU16,
}

/// HOST:PORT, free of anything that means something in a Python text.
fn address(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:-[]".contains(c);
    match text.rsplit_once(':') {
        Some((host, port)) if host.chars().all(plain) && port.parse::<u16>().is_ok() => Ok(text.to_owned()),
        _ => Err("HOST:PORT is wanted, for instance 127.0.0.1:9400".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{address, Arguments};

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        for good in ["127.0.0.1:9400", "localhost:0", "[::1]:9400", ":9400"] {
            assert_eq!(address(good).as_deref(), Ok(good));
        }
        for bad in ["9400", "localhost:", "localhost:65536", "a'b:9400", "a\\b:9400", "a b:1"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
