// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::ptr::{null_mut, NonNull};

use cmetrics_interface::v1::Registry;
use cmetrics_interface::*;

use crate::tool::api;

fn bootstrap() -> &'static Bootstrap {
    // SAFETY: version 0 is always served.
    unsafe { &*cmetrics::get_api(0).cast::<Bootstrap>() }
}

struct Told {
    flags: u32,
    range: (u32, u32),
    rank: u64,
    texts: [String; 3],
}

unsafe extern "C" fn tell(user: *mut c_void, copy: *const Copy) -> Status {
    // SAFETY: `copies` lends the copy and its texts, and passes the Vec of the test.
    unsafe {
        let copy = &*copy;
        assert_eq!(copy.struct_size as usize, size_of::<Copy>());
        let text = |text: Text| {
            let bytes = core::slice::from_raw_parts(text.data.cast::<u8>(), text.len as usize);
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        (*user.cast::<Vec<Told>>()).push(Told {
            flags: copy.flags,
            range: (copy.oldest, copy.newest),
            rank: copy.rank,
            texts: [text(copy.path), text(copy.semver), text(copy.build_id)],
        });
    }
    OK
}

#[test]
fn the_one_copy_is_told_with_its_file_and_provides() {
    api();
    let mut all: Vec<Told> = Vec::new();
    // SAFETY: `tell` gets the Vec, which outlives the call.
    assert_eq!(unsafe { (bootstrap().copies)(Some(tell), (&raw mut all).cast()) }, OK);
    let [told] = &all[..] else { panic!("{} copies", all.len()) };
    assert_eq!(told.flags & COPY_WINNER, COPY_WINNER);
    assert_eq!((told.range, told.rank), ((OLDEST, NEWEST), bootstrap().rank));
    let program = std::env::current_exe().unwrap();
    let semver = env!("CARGO_PKG_VERSION").to_owned();
    assert_eq!(told.texts, [program.to_str().unwrap().to_owned(), semver.clone(), format!("cmetrics-{semver}")]);
}

unsafe extern "C" fn stop(_: *mut c_void, _: *const Copy) -> Status {
    77
}

#[test]
fn whoever_listens_may_stop_and_must_be_there() {
    // SAFETY: `stop` looks at nothing.
    assert_eq!(unsafe { (bootstrap().copies)(Some(stop), null_mut()) }, 77);
    // SAFETY: NULL is no function and is not called.
    assert_eq!(unsafe { (bootstrap().copies)(None, null_mut()) }, INVALID_ARGUMENT);
}

#[test]
fn an_election_takes_known_flags_and_any_place() {
    // SAFETY: the winner's place may be NULL.
    let elect = |flags| unsafe { (bootstrap().elect)(flags, null_mut()) };
    assert_eq!(elect(0), OK);
    assert_eq!(elect(COPY_EMBEDDED), UNSUPPORTED);
    assert_eq!(elect(0x8000_0000), UNSUPPORTED);
    assert_eq!(elect(COPY_FORCED), OK, "the only copy wins, forced or not");
}

#[test]
fn a_satellite_is_offered_the_root_of_the_process_whatever_the_scope() {
    let api = api();
    // SAFETY: slots of version 1, with handles that they gave; the scope is left on the same thread.
    unsafe {
        let host = (bootstrap().extension)(&Text::lend(HOST_EXTENSION)).cast::<Host>().as_ref().unwrap();
        assert_eq!((host.struct_size as usize, host.version), (size_of::<Host>(), 1));
        let registries = &*api.registry;
        let root = (registries.root)(api);
        let mut isolated: *mut Registry = null_mut();
        assert_eq!((registries.isolated)(api, core::ptr::null(), &raw mut isolated, null_mut()), OK);
        assert_eq!((registries.scope_enter)(api, isolated, null_mut()), OK);
        let offered = (host.process_root)();
        (registries.scope_leave)(api);
        assert_eq!(NonNull::new(offered), NonNull::new(root));
        for handle in [root, isolated, offered] {
            (registries.release)(handle);
        }
        assert!((bootstrap().extension)(core::ptr::null()).is_null());
    }
}
