// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where to search and which version to take, for any variables, paths and versions.

use std::ffi::OsString;

use cmetrics_fuzz::input::Input;

use crate::negotiate::{negotiate, Range};
use crate::search::{plan, Given, Os, Plan};
use crate::Origin;

#[cfg(unix)]
fn text(input: &mut Input<'_>) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes: Vec<u8> = input.pick(&["", "/", "/a/", "C:\\", "\\\\", "0", "NO", "a/libcmetrics.so.1"]).into();
    let n = input.below(12);
    bytes.extend_from_slice(input.bytes(n));
    bytes.extend_from_slice(input.pick(&["", "/", "libcmetrics.so.1", "/libcmetrics.so", "\\cmetrics.DLL"]).as_bytes());
    OsString::from_vec(bytes)
}

fn maybe(input: &mut Input<'_>) -> Option<OsString> {
    (!input.once_in(3)).then(|| text(input))
}

pub(crate) fn check(input: &mut Input<'_>) {
    if input.once_in(3) {
        return versions(input);
    }
    let given = Given {
        os: input.pick(&[Os::Linux, Os::Mac, Os::Windows]),
        library: maybe(input),
        disable: if input.once_in(3) { maybe(input) } else { None },
        loaded: (0..input.below(4)).map(|_| text(input)).collect(),
        folder: maybe(input),
    };
    let forced = given.library.as_ref().is_some_and(|path| !path.is_empty());
    match plan(&given) {
        Ok(Plan::Disabled) => assert!(given.disable.is_some_and(|value| !value.is_empty())),
        Err(_) => assert!(forced, "only a path that is named can be misnamed"),
        Ok(Plan::Search(candidates)) if forced => {
            assert_eq!(candidates.len(), 1, "a file that is named is the only one");
            assert_eq!((candidates[0].origin, Some(&candidates[0].path)), (Origin::Forced, given.library.as_ref()));
        }
        Ok(Plan::Search(candidates)) => {
            let (last, before) = candidates.split_last().expect("the system's path at least");
            assert_eq!(last.origin, Origin::System);
            for candidate in before {
                let path = candidate.path.as_encoded_bytes();
                match candidate.origin {
                    Origin::Loaded => assert!(given.loaded.contains(&candidate.path)),
                    Origin::Beside => {
                        let folder = given.folder.as_ref().expect("a folder").as_encoded_bytes();
                        assert!(path.starts_with(folder) && path.len() > folder.len());
                        assert!(matches!(path[0], b'/' | b'\\') || path[1] == b':', "no relative folder is searched");
                    }
                    other => panic!("{other:?} before the system's path"),
                }
            }
        }
    }
}

/// The newest version that both know, if there is one.
fn versions(input: &mut Input<'_>) {
    let mut number = || if input.once_in(4) { input.number() as u32 } else { input.below(6) as u32 };
    let asked = Range { oldest: number(), newest: number() };
    let offered = Range { oldest: number(), newest: number() };
    let within = |range: Range, version: u32| range.oldest <= version && version <= range.newest;
    match negotiate(asked, offered) {
        Ok(version) => {
            assert!(version > 0 && within(asked, version) && within(offered, version), "{asked} of {offered}");
            let newer = version.checked_add(1);
            assert!(newer.is_none_or(|newer| !(within(asked, newer) && within(offered, newer))));
        }
        Err(_) => {
            let sound = asked.is_valid() && offered.is_valid();
            let common = asked.oldest.max(offered.oldest);
            assert!(!(sound && within(asked, common) && within(offered, common)), "{asked} of {offered}");
        }
    }
}
