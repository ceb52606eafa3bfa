// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What `cargo xtask` understands. The documents' commands are held against this by `tidy`.

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_version_flag = true)]
#[command(after_help = "Progress goes to standard error, results to standard output. A step that fails shows the \
                        command, what it printed, and what to do about it.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(crate::demo::Args),
    Test(crate::test::Args),
    Bench(crate::bench::Args),
    /// Write the generated files: the C header, the golden texts, the lists of the interface's tests
    Codegen {
        /// Write nothing; fail if a generated file is stale
        #[arg(long)]
        check: bool,
    },
    Compat(crate::compat::Args),
    Dist(crate::dist::Args),
    Docs(crate::docs::Args),
    Freeze(crate::freeze::Args),
    Fuzz(crate::fuzz::Args),
    Sanitize(crate::sanitize::Args),
    Soak(crate::soak::Args),
    /// Check the rules of docs/architecture.md that no compiler checks
    Tidy,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
