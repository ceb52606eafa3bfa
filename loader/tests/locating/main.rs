// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The search on real files: every case is a process of its own, which runs this very program again (`child.rs`) with
//! libraries that are compiled for it from one C source (`mock.c`).
#![cfg(target_os = "linux")]

mod accepted;
mod case;
mod child;
mod files;
mod kept;
mod real;
mod rejected;
mod shortened;
mod survey;
mod versions;
