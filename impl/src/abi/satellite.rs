// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! This copy beside a winner that is too old for some clients: it serves them, and its root is a collector in the winner's
//! root, so that there is still one report. `docs/abi/one-root.md#satellites`.

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr;

use cmetrics_interface as abi;
use cmetrics_interface::v1::{self, ApiV1, ClientDesc, CollectorDesc, Registry};
use cmetrics_interface::{Bootstrap, Host, ReportOptions, Sink, Status, Text, Visitor};

use super::boundary::status;
use super::desc::Extra;
use super::{bootstrap, cast, registry, visitor};
use crate::election::{self, Slot};
use crate::error::{Fault, Result};
use crate::registry::Root;
use crate::report::{walk, Events, FamilyView, Options, Stop, ValueView};
use crate::sync::{Lock, OnceLock};
use crate::version::SEMVER;

/// The name under which a satellite acts.
const NAME: &str = "cmetrics satellite";

/// What this copy, as the winner, offers to satellites.
static OWN: Host = Host { struct_size: size_of::<Host>() as u32, version: 1, process_root };

unsafe extern "C" fn process_root() -> *mut Registry {
    let root = std::panic::catch_unwind(|| cast::registry_out(Root::process().top.clone(), Root::process().clone()));
    root.unwrap_or(ptr::null_mut())
}

/// An extension of the bootstrap table, or NULL.
pub(super) fn extension(name: &[u8]) -> *const c_void {
    if name == abi::HOST_EXTENSION.as_bytes() {
        ptr::from_ref(&OWN).cast()
    } else {
        ptr::null()
    }
}

/// The winner, as a client of its own sees it.
pub(super) struct Winner {
    api: &'static ApiV1,
    root: *mut Registry,
}

// SAFETY: the table may be called from any thread, and the reference to the root is never given back.
unsafe impl Send for Winner {}
// SAFETY: as for Send.
unsafe impl Sync for Winner {}

static WINNER: OnceLock<Winner> = OnceLock::new();

/// The winner whose satellite this copy is, if it is one.
pub(super) fn winner() -> Option<&'static Winner> {
    WINNER.get()
}

static FAILURE: Lock<Option<&'static str>> = Lock::new(None);

/// Why this copy could not become a satellite when that was last tried.
pub(super) fn failure() -> Option<&'static str> {
    *FAILURE.lock()
}

/// Makes this copy a satellite of the winner, unless it is one. Returns whether it is one then.
pub(super) fn begin(slot: &'static Slot) -> bool {
    let failure = become_one(slot).err();
    *FAILURE.lock() = failure;
    failure.is_none()
}

fn become_one(slot: &'static Slot) -> core::result::Result<(), &'static str> {
    static MAKING: Lock<()> = Lock::new(());
    if WINNER.get().is_some() {
        return Ok(());
    }
    // The winner keeps a pointer into this copy from now on.
    if !election::pin_own() {
        return Err("its own module cannot be kept loaded");
    }
    // No lock is held while the winner is called: two threads may both get here.
    let (made, client) = attach(slot)?;
    let api = made.api;
    let first = {
        let _through_the_fork_gate = MAKING.lock();
        WINNER.set(made).is_ok()
    };
    if first {
        election::own().raise(abi::SLOT_SATELLITE);
    } else {
        // SAFETY: the winner's table, and the client that it gave: its collector goes with it.
        unsafe {
            ((*api.client).close)(client);
            ((*api.client).release)(client);
        }
    }
    Ok(())
}

/// Opens a client at the winner, and adds this copy's root to the winner's.
fn attach(slot: &'static Slot) -> core::result::Result<(Winner, *mut v1::Client), &'static str> {
    let path = bootstrap::own_path();
    let desc = ClientDesc {
        struct_size: size_of::<ClientDesc>() as u32,
        flags: 0,
        name: Text::lend(NAME),
        version: Text::lend(SEMVER),
        language: Text::ABSENT,
        file: Text::lend(&path),
    };
    let name = Text::lend(abi::HOST_EXTENSION);
    // SAFETY: the election has found the winner's bootstrap table in order and pinned its module; every table of a version
    // lives for ever, and its slots are called as version 1 says, which every copy serves.
    unsafe {
        let card: &Bootstrap = &*slot.card();
        let api = (card.get_api)(1).cast::<ApiV1>().as_ref().ok_or("the provider does not serve ABI version 1")?;
        let host = (card.extension)(&raw const name).cast::<Host>().as_ref();
        let root = host.map_or_else(|| ((*api.registry).root)(api), |host| (host.process_root)());
        let mut client = ptr::null_mut();
        if ((*api.client).open)(api, &raw const desc, &raw mut client, ptr::null_mut()) != abi::OK || root.is_null() {
            return Err("the provider takes no client");
        }
        let collector = CollectorDesc {
            struct_size: size_of::<CollectorDesc>() as u32,
            flags: v1::COLLECTOR_ADDS,
            owner: client,
            collect: Some(collect),
            drop: None,
            user: ptr::null_mut(),
        };
        let added = ((*api.collector).add)(root, &raw const collector, ptr::null_mut(), ptr::null_mut());
        if added != abi::OK {
            ((*api.client).release)(client);
            return Err("the provider takes no collector");
        }
        Ok((Winner { api, root }, client))
    }
}

/// Tells the winner's report of all that this copy holds.
unsafe extern "C" fn collect(_: *mut c_void, options: *const ReportOptions, into: *const Visitor) -> Status {
    status(|| {
        // SAFETY: the winner lends both for the call.
        let (options, visitor) = unsafe { (registry::read_options(options, Extra::Ignored), visitor::visitor(into)) };
        let told = options.and_then(|options| {
            // What a library says of itself is for the winner to say.
            let options = Options { no_self: true, ..options };
            walk(&Root::process().top, &options, &mut Anonymous(visitor?))
        });
        told.map_err(|fault| fault.code())
    })
}

/// Leaves out the ids of metrics, which are numbered anew in each copy.
struct Anonymous<E>(E);

impl<E: Events> Events for Anonymous<E> {
    fn family(&mut self, family: &FamilyView<'_>) -> core::result::Result<(), Stop> {
        self.0.family(family)
    }

    fn point(&mut self, _: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> core::result::Result<(), Stop> {
        self.0.point(0, labels, values)
    }
}

impl Winner {
    /// Reports the whole process.
    ///
    /// # Safety
    ///
    /// The caller lends options and sink, as to `render`.
    pub(super) unsafe fn render(&self, options: *const ReportOptions, sink: *const Sink) -> Result<()> {
        let mut error = ptr::null_mut();
        // SAFETY: the winner's slot, its root, and what the caller lends.
        let status = unsafe { ((*self.api.registry).render)(self.root, options, sink, &raw mut error) };
        self.outcome(status, error)
    }

    /// Tells of the whole process.
    ///
    /// # Safety
    ///
    /// The caller lends options and visitor, as to `visit`.
    pub(super) unsafe fn visit(&self, options: *const ReportOptions, visitor: *const Visitor) -> Result<()> {
        let mut error = ptr::null_mut();
        // SAFETY: as in render.
        let status = unsafe { ((*self.api.registry).visit)(self.root, options, visitor, &raw mut error) };
        self.outcome(status, error)
    }

    /// The winner's error as one of this copy's: an error object is read by the library that made it.
    fn outcome(&self, status: Status, error: *mut abi::Error) -> Result<()> {
        if status == abi::OK {
            return Ok(());
        }
        let mut fault = Fault::new(status, abi::CATEGORY_FIX_CALL, format!("the report failed with status {status}"));
        // SAFETY: the error is the winner's and owned here until it is released; all of its info may be zero.
        unsafe {
            let mut info: abi::ErrorInfo = core::mem::zeroed();
            info.struct_size = size_of::<abi::ErrorInfo>() as u32;
            if ((*self.api.error).read)(error, &raw mut info) == abi::OK {
                let text = |text: Text| super::desc::text(text, "error").unwrap_or_default().to_owned();
                fault = Fault::new(status, info.category, text(info.message));
                fault = fault.hint(text(info.hint)).subject(text(info.subject));
            }
            ((*self.api.error).release)(error);
        }
        Err(fault)
    }
}
