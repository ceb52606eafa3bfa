// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client in Rust that asks for a range of ABI versions: ask OLDEST NEWEST [MODULE]. Prints as ask.c does, and
//! whether the library has every slot of version 1; where it has not, the stubs must answer UNSUPPORTED.

use std::mem::offset_of;
use std::path::PathBuf;
use std::ptr::null_mut;

use cmetrics_interface::v1::{ApiV1, CounterV1, ErrorV1, MetricDesc, RegistryV1};
use cmetrics_interface::{Text, KIND_COUNTER, OK, UNSUPPORTED};
use cmetrics_loader::{load, Asker, Loaded};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, oldest, newest, module @ ..] = &args[..] else { panic!("usage: ask OLDEST NEWEST [MODULE]") };
    let module = module.first().map(PathBuf::from);
    let number = |text: &String| text.parse().expect("a version");
    let (oldest, newest) = (number(oldest), number(newest));
    let asker = Asker { version: "9.9", oldest, newest, module: module.as_deref(), ..Asker::new("asker") };
    match load(&asker) {
        Ok(loaded) => {
            let whole = i32::from(is_whole(&loaded));
            println!("status 0\nversion {}\ncounts {}\nwhole {whole}", loaded.version(), counts(loaded.api()));
        }
        Err(error) => println!("status {}\nversion 0\ncounts 0\nwhole 1\n{error}", error.status()),
    }
}

/// Whether a counter can be made and counted with.
fn counts(api: &ApiV1) -> i32 {
    let name = Text { data: c"asked".as_ptr().cast(), len: 5 };
    // SAFETY: every field of the struct may be zero.
    let mut desc: MetricDesc = unsafe { std::mem::zeroed() };
    desc.struct_size = size_of::<MetricDesc>() as u32;
    (desc.kind, desc.name, desc.help) = (KIND_COUNTER, name, name);
    let mut metric = null_mut();
    // SAFETY: a table of the loader is complete, and all that is passed outlives the calls.
    unsafe {
        let root = ((*api.registry).root)(api);
        let status = ((*api.registry).metric)(root, &desc, &mut metric, null_mut());
        ((*api.counter).inc)(metric.cast());
        ((*api.metric).release)(metric);
        ((*api.registry).release)(root);
        i32::from(status == OK)
    }
}

/// Whether the library has the slots that shapes of it lack. Those that it lacks must answer as stubs do.
fn is_whole(loaded: &Loaded) -> bool {
    let reset = loaded.provides(offset_of!(ApiV1, registry), offset_of!(RegistryV1, reset));
    let read = loaded.provides(offset_of!(ApiV1, error), offset_of!(ErrorV1, read));
    assert!(loaded.provides(offset_of!(ApiV1, counter), offset_of!(CounterV1, inc)), "every shape has inc");
    let api = loaded.api();
    // SAFETY: as in `counts`.
    unsafe {
        let root = ((*api.registry).root)(api);
        if !reset {
            assert_eq!(((*api.registry).reset)(root, null_mut()), UNSUPPORTED, "a stub");
        }
        if !read {
            let mut info = std::mem::zeroed();
            assert_eq!(((*api.error).read)(null_mut(), &mut info), UNSUPPORTED, "a stub");
        }
        ((*api.registry).release)(root);
    }
    reset && read
}
