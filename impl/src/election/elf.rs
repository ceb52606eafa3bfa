// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The modules of this process by `dl_iterate_phdr`.
//!
//! The GNU linker lets one thread at a time iterate, and unloads nothing meanwhile: that is the lock under which a winner
//! is written. The linker of musl never unloads, and does not keep others out: there the first copy in load order is the
//! place where they meet. Callbacks do not allocate, since an allocator may look at the modules itself.

use core::ffi::{c_int, c_void, CStr};
use core::ptr;

use super::found::{self, established};
use super::object::Object;
use super::slot::Slot;
use super::{Outcome, Pinned};
use crate::sync::{AtomicU64, Lock, Ordering};

/// Held while the modules are walked over: through the fork gate, so that no child finds the linker's lock held by a thread
/// that it does not have.
static WALK: Lock<()> = Lock::new(());

/// What is known of a copy's module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Module {
    base: usize,
    /// It is the first module, the program itself unless this is a namespace of `dlmopen`.
    first: bool,
    nodelete: bool,
    /// Where its name lies in [`Scan::names`].
    name: (usize, usize),
}

pub(crate) type Found = found::Found<Module>;

/// What one walk over the modules found.
pub(crate) struct Scan {
    pub(crate) copies: Vec<Found>,
    names: Vec<u8>,
    page: usize,
    seen: u64,
    /// There was more than the lists had room for.
    full: bool,
}

impl Scan {
    fn with_room(copies: usize) -> Self {
        // SAFETY: sysconf takes any number.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok();
        let page = page.filter(|page| page.is_power_of_two()).unwrap_or(4096);
        let room = copies * 256;
        Self { copies: Vec::with_capacity(copies), names: Vec::with_capacity(room), page, seen: 0, full: false }
    }

    /// Walks over all modules. The caller holds [`WALK`].
    fn run(&mut self) {
        let this: *mut Self = self;
        // SAFETY: `note` gets what dl_iterate_phdr lends and this scan, which outlives the call and which nobody else uses.
        unsafe { libc::dl_iterate_phdr(Some(note), this.cast()) };
    }

    /// Forgets what was found, and walks once more.
    fn again(&mut self) {
        self.copies.clear();
        self.names.clear();
        self.seen = 0;
        self.run();
    }

    /// The file of a copy's module.
    pub(crate) fn path(&self, found: &Found) -> String {
        let (from, to) = found.module.name;
        let name = &self.names[from..to];
        // A program's name is what it was called.
        if name.first() != Some(&b'/') && found.module.first {
            if let Ok(program) = std::env::current_exe() {
                return program.to_string_lossy().into_owned();
            }
        }
        String::from_utf8_lossy(name).into_owned()
    }
}

/// Adds the copies of one object to the scan at `scan`.
unsafe extern "C" fn note(info: *mut libc::dl_phdr_info, _size: usize, scan: *mut c_void) -> c_int {
    // SAFETY: dl_iterate_phdr lends `info` for this call, and `run` its scan.
    let (info, scan) = unsafe { (&*info, &mut *scan.cast::<Scan>()) };
    let first = scan.seen == 0;
    scan.seen += 1;
    // SAFETY: lent for this call, as above.
    let object = unsafe { Object::new(info, scan.page) };
    let name = if info.dlpi_name.is_null() {
        c""
    } else {
        // SAFETY: dl_iterate_phdr gives a NUL-terminated name.
        unsafe { CStr::from_ptr(info.dlpi_name) }
    };
    let Scan { copies, names, full, .. } = scan;
    let mut nodelete = None;
    object.copies(&mut |found| {
        if copies.len() == copies.capacity() || names.capacity() - names.len() <= name.count_bytes() {
            *full = true;
        } else if copies.iter().all(|other| other.slot != found.slot) {
            let from = names.len();
            names.extend_from_slice(name.to_bytes_with_nul());
            let nodelete = *nodelete.get_or_insert_with(|| object.is_nodelete());
            let name = (from, names.len() - 1);
            copies.push(found.of(Module { base: object.base, first, nodelete, name }));
        }
    });
    c_int::from(*full)
}

/// All copies that are loaded now, in load order. If no note leads to `own` (a tool took it out), it comes last.
pub(crate) fn scan(own: &Slot) -> Scan {
    let mut room = 16;
    loop {
        let mut scan = Scan::with_room(room);
        {
            let _gate = WALK.lock();
            scan.run();
        }
        if !scan.full {
            if scan.copies.iter().all(|found| found.slot != own.address()) {
                let module = Module { base: 0, first: false, nodelete: true, name: (0, 0) };
                scan.copies.push(own.found().of(module));
            }
            return scan;
        }
        room *= 4;
    }
}

/// Keeps the module of a copy loaded for ever. If another thread is loading it, this waits until that is done.
pub(crate) fn pin(scan: &Scan, found: &Found, own: &Slot) -> Pinned {
    let Module { first, nodelete, name: (from, to), .. } = found.module;
    let is_program = first && from == to;
    // The own module's code runs: nobody is still loading it.
    let stays = cfg!(target_env = "musl") || nodelete;
    if is_program || (stays && found.slot == own.address()) {
        return Pinned::Done;
    }
    let name = scan.names.get(from..=to).and_then(|name| CStr::from_bytes_with_nul(name).ok());
    name.map_or(Pinned::Never, |name| pin_by(name, found.module.base))
}

/// The linker of musl keeps every module, and finds a loaded one by its file, which may be gone. It is asked for the one
/// that it finds by name: that waits for the lock under which another thread loads.
#[cfg(target_env = "musl")]
fn pin_by(_: &CStr, _: usize) -> Pinned {
    // SAFETY: with RTLD_NOLOAD nothing is loaded, and no constructor runs.
    let handle = unsafe { libc::dlopen(c"libc.so".as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD) };
    if !handle.is_null() {
        // SAFETY: the handle was opened above.
        unsafe { libc::dlclose(handle) };
    }
    Pinned::Done
}

#[cfg(not(target_env = "musl"))]
fn pin_by(name: &CStr, base: usize) -> Pinned {
    /// The head of `struct link_map` (link.h).
    #[repr(C)]
    struct LinkMap {
        base: usize,
    }
    // SAFETY: with RTLD_NOLOAD nothing is loaded and no constructor runs; what was loaded stays.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE) };
    if handle.is_null() {
        // SAFETY: takes this thread's message away, which nobody asked for.
        unsafe { libc::dlerror() };
        return Pinned::Gone;
    }
    let mut map: *const LinkMap = core::ptr::null();
    // SAFETY: the handle was opened above; for RTLD_DI_LINKMAP `map` is written, which begins with the base address.
    // The reference is given back: RTLD_NODELETE keeps the module.
    let same = unsafe {
        let told = libc::dlinfo(handle, libc::RTLD_DI_LINKMAP, (&raw mut map).cast());
        let same = told == 0 && !map.is_null() && (*map).base == base;
        libc::dlclose(handle);
        same
    };
    if same {
        Pinned::Done
    } else {
        Pinned::Never
    }
}

/// Writes `candidate` as the winner into every slot, or adopts who has won meanwhile. `candidate` is pinned, or none is
/// there but a winner.
pub(crate) fn commit(own: &Slot, candidate: usize) -> Outcome {
    let mut room = 16;
    loop {
        let mut election = Election { own, candidate, scan: Scan::with_room(room), outcome: None };
        let this: *mut Election<'_> = &mut election;
        {
            let _gate = WALK.lock();
            // SAFETY: `decide` gets the election, which outlives the call and which nobody else uses.
            unsafe { libc::dl_iterate_phdr(Some(decide), this.cast()) };
        }
        match election.outcome {
            Some(outcome) => return outcome,
            None => room *= 4,
        }
    }
}

struct Election<'a> {
    own: &'a Slot,
    candidate: usize,
    scan: Scan,
    outcome: Option<Outcome>,
}

/// Called with the linker's lock held, once: the walk over all modules is inside.
unsafe extern "C" fn decide(_: *mut libc::dl_phdr_info, _size: usize, election: *mut c_void) -> c_int {
    // SAFETY: `commit` lends its election.
    let Election { own, candidate, scan, outcome } = unsafe { &mut *election.cast::<Election<'_>>() };
    scan.run();
    if scan.full {
        return 1;
    }
    let winner = established(&scan.copies).map(|found| found.slot);
    let stands = scan.copies.iter().find(|found| found.slot == *candidate);
    let winner = match (winner, stands) {
        (Some(winner), _) => winner,
        (None, Some(found)) if found.ready => *candidate,
        (None, Some(_)) => {
            *outcome = Some(Outcome::Lied);
            return 1;
        }
        // A note may have been taken out of the own module.
        (None, None) if *candidate == own.address() => *candidate,
        (None, None) => {
            *outcome = Some(Outcome::Gone);
            return 1;
        }
    };
    // SAFETY: the scan found a slot there, in memory that can be written, under the lock that is still held.
    let slot = |found: &Found| unsafe { &*ptr::with_exposed_provenance::<Slot>(found.slot) };
    let mut winner = winner;
    if let (true, Some(first)) = (cfg!(target_env = "musl"), scan.copies.first()) {
        // Others may be deciding at the same time: what the first slot holds then is what they all take.
        let taken = slot(first).settle(winner);
        let is_there = |scan: &Scan| scan.copies.iter().any(|found| found.slot == taken && found.ready);
        if !is_there(scan) {
            // It may have been loaded after this walk. Otherwise the first slot lies.
            scan.again();
            if scan.full {
                return 1;
            }
        }
        if is_there(scan) {
            winner = taken;
        }
    }
    scan.copies.iter().map(slot).chain([*own]).for_each(|slot| slot.assign(winner));
    *outcome = Some(Outcome::Settled(winner));
    1
}

static COUNT: AtomicU64 = AtomicU64::new(1);

/// How many copies are loaded now. Walks again only if a module has come or gone since the last call.
pub(crate) fn count(own: &Slot) -> usize {
    static CHANGES: AtomicU64 = AtomicU64::new(0);
    let mut changes = 0_u64;
    {
        let _gate = WALK.lock();
        // SAFETY: `changed` gets a number that outlives the call.
        unsafe { libc::dl_iterate_phdr(Some(changed), (&raw mut changes).cast()) };
    }
    // Acquire and Release: who sees the changes sees the count that was taken with them or later.
    if CHANGES.load(Ordering::Acquire) != changes {
        COUNT.store(scan(own).copies.iter().filter(|found| found.ready).count() as u64, Ordering::Release);
        CHANGES.store(changes, Ordering::Release);
    }
    last_count()
}

/// What `count` found last.
pub(crate) fn last_count() -> usize {
    COUNT.load(Ordering::Acquire) as usize
}

/// Writes how many modules were loaded and unloaded so far to the number at `changes`.
unsafe extern "C" fn changed(info: *mut libc::dl_phdr_info, _size: usize, changes: *mut c_void) -> c_int {
    // SAFETY: dl_iterate_phdr lends `info` for this call, and `count` its number.
    unsafe {
        let (loaded, unloaded): (u64, u64) = ((*info).dlpi_adds, (*info).dlpi_subs);
        changes.cast::<u64>().write(loaded.wrapping_mul(1 << 32).wrapping_add(unloaded));
    }
    1
}
