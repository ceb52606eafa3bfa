// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client of a later time in Rust: newer OLDEST NEWEST. It asks `provides` before it uses a slot of version 2.
//! Prints as newer.c does.

use std::mem::{offset_of, transmute};
use std::ptr::null_mut;

use cmetrics_interface::v1::{ApiV1, Counter, CounterV1, MetricDesc};
use cmetrics_interface::{Text, KIND_COUNTER};
use cmetrics_loader::{load, Asker, Loaded};

/// Where version 2 has `counter->inc_twice`: after all that version 1 has.
const INC_TWICE: usize = size_of::<CounterV1>();

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, oldest, newest] = &args[..] else { panic!("usage: newer OLDEST NEWEST") };
    let number = |text: &String| text.parse().expect("a version");
    let asker = Asker { version: "9.9", oldest: number(oldest), newest: number(newest), ..Asker::new("asker") };
    match load(&asker) {
        Ok(loaded) => {
            let provides = loaded.provides(offset_of!(ApiV1, counter), INC_TWICE);
            let twice = count(&loaded, provides);
            println!("status 0\nversion {}\nprovides {}\ntwice {twice}", loaded.version(), i32::from(provides));
        }
        Err(error) => println!("status {}\nversion 0\nprovides 0\ntwice 0\n{error}", error.status()),
    }
}

/// Counts one event, and two more at once if the library can.
fn count(loaded: &Loaded, provides: bool) -> u64 {
    let api = loaded.api();
    let text = |chars: &'static str| Text { data: chars.as_ptr().cast(), len: chars.len() as u64 };
    // SAFETY: every field of the struct may be zero.
    let mut desc: MetricDesc = unsafe { std::mem::zeroed() };
    desc.struct_size = size_of::<MetricDesc>() as u32;
    (desc.kind, desc.name, desc.help) = (KIND_COUNTER, text("newer"), text("Of a newer client"));
    let mut metric = null_mut();
    // SAFETY: a table of the loader is complete, and all that is passed outlives the calls; a slot that is provided is
    // a function of the type that version 2 gives it.
    unsafe {
        let root = ((*api.registry).root)(api);
        ((*api.registry).metric)(root, &desc, &mut metric, null_mut());
        let counter: *mut Counter = metric.cast();
        ((*api.counter).inc)(counter);
        if provides {
            let slot = api.counter.byte_add(INC_TWICE).cast::<*const ()>().read();
            let inc_twice: unsafe extern "C" fn(*mut Counter) = transmute(slot);
            inc_twice(counter);
        }
        let value = ((*api.counter).value)(counter);
        ((*api.metric).release)(metric);
        ((*api.registry).release)(root);
        value
    }
}
