// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The parts of a cell that are lock-free Rust, in every order of events that the memory model allows: run with
//! `RUSTFLAGS="--cfg loom" cargo test -p cmetrics-impl --test cells_model --release`. The sources are the library's; under
//! them, sequences and stripes are models of what the kernel promises.
#![cfg(loom)]

mod free;
mod slots;

#[allow(dead_code, reason = "a part of what is there is modelled")]
mod cell {
    #[path = "../../../src/cell/free.rs"]
    pub(crate) mod free;
    #[path = "../../../src/cell/heat.rs"]
    mod heat;
    #[path = "../../../src/cell/hot.rs"]
    pub(crate) mod hot;
    pub(crate) mod rseq;
    pub(crate) mod stripe;
}
mod sync {
    pub(crate) use loom::sync::atomic::{fence, AtomicPtr, AtomicU32, AtomicU64, Ordering};
}

/// Runs `body` in all orders with up to three preemptions.
fn model(body: impl Fn() + Send + Sync + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(body);
}
