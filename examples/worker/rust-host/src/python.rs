// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Embeds Python through five functions of its stable C API, found at run time: a workspace with this program builds where
//! no libpython is.

use std::ffi::{c_char, c_int, c_void, CString};
use std::mem::{transmute, MaybeUninit};
use std::path::PathBuf;

use cmetrics::Priority;
use worker_rust_plugin::abi::Part;
use worker_rust_plugin::library::Library;

/// Where `worker_embedded.py` is.
const MODULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A Python in this process, with the worker's Python part. It stays until the process ends.
pub(crate) struct Python {
    functions: Functions,
    part: &'static Part,
}

struct Functions {
    run_simple_string: unsafe extern "C" fn(*const c_char) -> c_int,
    ensure: unsafe extern "C" fn() -> c_int,
    release: unsafe extern "C" fn(c_int),
}

impl Python {
    /// Starts Python and takes its part. Called once, before there are other threads.
    pub(crate) fn start() -> Result<Python, String> {
        let library = libpython()?;
        let find = |name| library.symbol(name).map_err(|why| format!("this libpython is of no use here: {why}"));
        // SAFETY: (all five) functions of the stable ABI of Python 3, of these types since 3.2.
        let (initialize, save_thread, functions) = unsafe {
            (
                transmute::<*mut c_void, unsafe extern "C" fn(c_int)>(find(c"Py_InitializeEx")?),
                transmute::<*mut c_void, unsafe extern "C" fn() -> *mut c_void>(find(c"PyEval_SaveThread")?),
                Functions {
                    run_simple_string: transmute::<*mut c_void, unsafe extern "C" fn(*const c_char) -> c_int>(find(
                        c"PyRun_SimpleString",
                    )?),
                    ensure: transmute::<*mut c_void, unsafe extern "C" fn() -> c_int>(find(c"PyGILState_Ensure")?),
                    release: transmute::<*mut c_void, unsafe extern "C" fn(c_int)>(find(c"PyGILState_Release")?),
                },
            )
        };
        // WORKER_SITE_PACKAGES, which worker_embedded reads, tells where the wheel is.
        let already = std::env::var("PYTHONPATH").unwrap_or_default();
        let path = if already.is_empty() { MODULES.to_owned() } else { format!("{MODULES}:{already}") };
        std::env::set_var("PYTHONPATH", path);
        // SAFETY: the first call of this Python, on the main thread, which lets go of the GIL at once.
        unsafe {
            initialize(0);
            save_thread();
        }
        // The room for the Python part: never freed, as Python is never ended.
        let room: &'static mut MaybeUninit<Part> = Box::leak(Box::new(MaybeUninit::zeroed()));
        let address = room.as_mut_ptr();
        run(&functions, &format!("import worker_embedded; worker_embedded.lend({})", address as usize))?;
        // SAFETY: `lend` has written a whole Part there; where it could not, it has ended the process.
        let part = unsafe { room.assume_init_ref() };
        Ok(Python { functions, part })
    }

    /// The Python part.
    pub(crate) fn part(&self) -> &'static Part {
        self.part
    }

    /// Keeps the report on `http://ADDR/metrics` until Ctrl-C. `address` holds no quote and no backslash.
    pub(crate) fn serve(&mut self, address: &str, verbosity: Priority, own: bool) -> Result<(), String> {
        let own = if own { "True" } else { "False" };
        run(&self.functions, &format!("worker_embedded.serve('{address}', '{verbosity}', {own})"))
    }
}

fn run(functions: &Functions, source: &str) -> Result<(), String> {
    let text = CString::new(source).map_err(|error| error.to_string())?;
    // SAFETY: Python is initialized, and the GIL is taken and given around the one call that needs it.
    let status = unsafe {
        let state = (functions.ensure)();
        let status = (functions.run_simple_string)(text.as_ptr());
        (functions.release)(state);
        status
    };
    if status == 0 {
        Ok(())
    } else {
        Err(format!("python: failed as shown above: {source}"))
    }
}

/// `WORKER_LIBPYTHON`, or the newest one that the system's search path has.
fn libpython() -> Result<Library, String> {
    let cure =
        "install it (Debian, Ubuntu: libpython3-dev; Fedora: python3-devel), or set WORKER_LIBPYTHON to its file";
    if let Some(file) = std::env::var_os("WORKER_LIBPYTHON").map(PathBuf::from) {
        return Library::open(&file, true)
            .map_err(|why| format!("WORKER_LIBPYTHON={}: cannot load libpython: {why}; {cure}", file.display()));
    }
    let versions = (9..=14).rev();
    let names = versions.flat_map(|minor| [format!("libpython3.{minor}.so.1.0"), format!("libpython3.{minor}.dylib")]);
    let mut tried = Vec::new();
    for name in names {
        match Library::open(name.as_ref(), true) {
            Ok(library) => return Ok(library),
            Err(why) => tried.push(why),
        }
    }
    Err(format!("no libpython on the system's search path (tried 3.14 to 3.9); {cure}"))
}
