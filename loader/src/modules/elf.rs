// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! By `dl_iterate_phdr`.

use std::ffi::{c_int, c_void, CStr, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A loaded object: its file, and the memory that it takes.
struct Object {
    /// Empty for the main program.
    name: OsString,
    /// Start and length of every readable part.
    parts: Vec<(usize, usize)>,
}

impl Object {
    /// How many bytes from `address` on lie in one part.
    fn holds(&self, address: usize) -> usize {
        let within = |&(start, len): &(usize, usize)| len.checked_sub(address.checked_sub(start)?);
        self.parts.iter().find_map(within).unwrap_or(0)
    }
}

pub(super) fn files() -> Vec<OsString> {
    objects().into_iter().map(|object| object.name).filter(|name| !name.is_empty()).collect()
}

pub(super) fn file_of(address: *const c_void) -> Option<PathBuf> {
    let object = objects().into_iter().find(|object| object.holds(address as usize) > 0)?;
    if object.name.is_empty() {
        // What the program was called says little of where its file is.
        return std::env::current_exe().ok();
    }
    let path = PathBuf::from(object.name);
    // A module that was loaded by a relative path: the process may stand elsewhere now, but the kernel knows.
    if path.is_absolute() {
        Some(path)
    } else {
        mapped_file(address as usize)
    }
}

pub(super) fn readable(address: *const c_void) -> usize {
    objects().iter().map(|object| object.holds(address as usize)).max().unwrap_or(0)
}

fn objects() -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    let all: *mut Vec<Object> = &mut objects;
    // SAFETY: `note` gets what dl_iterate_phdr lends it and `all`, which outlives the call; nobody else uses it now.
    unsafe { libc::dl_iterate_phdr(Some(note), all.cast()) };
    objects
}

/// Adds one object to the `Vec` at `all`.
unsafe extern "C" fn note(info: *mut libc::dl_phdr_info, _size: usize, all: *mut c_void) -> c_int {
    // SAFETY: dl_iterate_phdr lends `info` for this call, and `objects` its Vec.
    let (info, all) = unsafe { (&*info, &mut *all.cast::<Vec<Object>>()) };
    let name = if info.dlpi_name.is_null() {
        OsString::new()
    } else {
        // SAFETY: dl_iterate_phdr gives a NUL-terminated name.
        OsStr::from_bytes(unsafe { CStr::from_ptr(info.dlpi_name) }.to_bytes()).to_owned()
    };
    let headers = if info.dlpi_phdr.is_null() {
        &[]
    } else {
        // SAFETY: dl_iterate_phdr gives `dlpi_phnum` program headers of a loaded object.
        unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) }
    };
    let parts = headers
        .iter()
        .filter(|header| header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_R != 0)
        .map(|header| ((info.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize), header.p_memsz as usize))
        .collect();
    all.push(Object { name, parts });
    0
}

/// The file that is mapped at `address`, as Linux tells.
fn mapped_file(address: usize) -> Option<PathBuf> {
    let maps = std::fs::read("/proc/self/maps").ok()?;
    maps.split(|&byte| byte == b'\n').find_map(|line| file_in(line, address))
}

/// The path in one line of `maps` (`start-end rights offset device inode path`), if `address` lies between start and end.
fn file_in(line: &[u8], address: usize) -> Option<PathBuf> {
    let path = line.iter().position(|&byte| byte == b'/')?;
    let (fields, path) = line.split_at(path);
    let range = std::str::from_utf8(fields).ok()?.split_whitespace().next()?;
    let (start, end) = range.split_once('-')?;
    let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
    (start..end).contains(&address).then(|| Path::new(OsStr::from_bytes(path)).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_this_test_is_found_by_its_code() {
        let here = the_program_of_this_test_is_found_by_its_code as *const c_void;
        assert_eq!(file_of(here), std::env::current_exe().ok());
        assert_eq!(mapped_file(here as usize), std::env::current_exe().ok());
        assert!(readable(here) > 0);
    }

    #[test]
    fn a_module_that_was_loaded_by_a_relative_path_is_found() {
        let temp = tempfile::tempdir().unwrap();
        let (source, file) = (temp.path().join("a.c"), temp.path().join("a b.so"));
        std::fs::write(&source, "int relative_module(void) { return 1; }").unwrap();
        let done = std::process::Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&file).arg(&source).status();
        assert!(done.expect("these tests need a C compiler named cc").success());
        // From here up to the root, and down again.
        let here = std::env::current_dir().unwrap();
        let up: PathBuf = here.ancestors().skip(1).map(|_| "..").collect();
        let relative = up.join(file.strip_prefix("/").unwrap());
        let name = std::ffi::CString::new(relative.as_os_str().as_bytes()).unwrap();
        // SAFETY: the module has no constructors, and its symbol is only asked for its address.
        let symbol = unsafe {
            let module = libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            assert!(!module.is_null());
            libc::dlsym(module, c"relative_module".as_ptr())
        };
        assert_eq!(file_of(symbol), Some(file.canonicalize().unwrap()));
    }

    #[test]
    fn memory_of_no_module_is_not_readable() {
        let heap = Box::new(0_u64);
        assert_eq!(readable((&raw const *heap).cast()), 0);
        assert_eq!(readable(std::ptr::null()), 0);
        assert_eq!(readable(64 as *const c_void), 0);
        assert_eq!(readable(usize::MAX as *const c_void), 0);
    }

    #[test]
    fn the_c_library_is_among_the_files() {
        let files = files();
        assert!(files.iter().any(|file| file.to_string_lossy().contains("libc.so")), "{files:?}");
    }

    #[test]
    fn a_line_of_maps_gives_a_path_with_spaces() {
        let line = b"7f00-7f10 r-xp 00000000 fe:01 42                  /opt/my app/plugin.so";
        assert_eq!(file_in(line, 0x7f0f), Some(PathBuf::from("/opt/my app/plugin.so")));
        assert_eq!(file_in(line, 0x7f10), None);
        assert_eq!(file_in(b"7f00-7f10 rw-p 00000000 00:00 0   [heap]", 0x7f00), None);
    }
}
