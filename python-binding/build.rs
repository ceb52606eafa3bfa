// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Says which Python it is built for (`Py_GIL_DISABLED`); on macOS, tells the linker to leave Python's symbols to the
//! interpreter.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_extension_module_link_args();
}
