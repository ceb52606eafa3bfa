// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! On macOS, tells the linker to leave Python's symbols to the interpreter.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
