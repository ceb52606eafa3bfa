// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::{c_char, CStr};
use core::mem::size_of;
use core::ptr::null;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::api;

fn bootstrap() -> &'static Bootstrap {
    // SAFETY: version 0 is always served.
    unsafe { &*cmetrics::get_api(0).cast::<Bootstrap>() }
}

#[test]
fn only_served_versions_are_given() {
    // SAFETY: any version may be asked for.
    let get = |version| unsafe { cmetrics::get_api(version) };
    assert!(!get(0).is_null() && !get(1).is_null());
    assert!([2, 3, 1000, u32::MAX].iter().all(|version| get(*version).is_null()));
    assert_eq!(get(1), get(1));
}

#[test]
fn every_table_says_its_size_and_version() {
    let api = api();
    assert_eq!((api.struct_size as usize, api.version), (size_of::<ApiV1>(), 1));
    macro_rules! check {
        ($($field:ident: $table:ty),*) => {$(
            // SAFETY: the tables live for ever.
            let table = unsafe { &*api.$field };
            assert_eq!((table.struct_size as usize, table.version), (size_of::<$table>(), 1));
        )*};
    }
    check!(client: ClientV1, registry: RegistryV1, metric: MetricV1, counter: CounterV1, int_counter: IntCounterV1,
        float_counter: FloatCounterV1, duration_counter: DurationCounterV1, int_gauge: IntGaugeV1,
        float_gauge: FloatGaugeV1, duration_gauge: DurationGaugeV1, collector: CollectorV1, error: ErrorV1);
}

#[test]
fn the_bootstrap_tells_of_this_copy() {
    let boot = bootstrap();
    assert_eq!((boot.magic, boot.oldest, boot.newest), (MAGIC, OLDEST, NEWEST));
    // SAFETY: the texts live for ever.
    let semver = unsafe { CStr::from_ptr(boot.semver) };
    assert_eq!(semver.to_str().unwrap(), env!("CARGO_PKG_VERSION"));
    let mut winner = null();
    // SAFETY: the place is ours.
    assert_eq!(unsafe { (boot.elect)(0, &raw mut winner) }, OK);
    assert_eq!(winner, core::ptr::from_ref(boot));
    // SAFETY: no name has an extension.
    assert!(unsafe { (boot.extension)(&Text::lend("nothing")) }.is_null());
}

#[test]
fn texts_are_cut_to_the_buffer_and_told_in_full_length() {
    let boot = bootstrap();
    let mut buffer = [b'x' as c_char; 64];
    // SAFETY: the buffer is as long as is said.
    let explain =
        |buffer: &mut [c_char]| unsafe { (boot.explain)(9, null(), buffer.as_mut_ptr(), buffer.len() as u64) as usize };
    let full = explain(&mut []);
    assert!(full > 64 && explain(&mut buffer) == full);
    assert_eq!(buffer[63], 0);
    let mut whole = vec![0 as c_char; full + 1];
    explain(&mut whole);
    // SAFETY: the text ends in a NUL.
    let text = unsafe { CStr::from_ptr(whole.as_ptr()) }.to_str().unwrap();
    assert!(text.len() == full && text.contains("asked for ABI version 9") && text.contains("serves 1:"), "{text}");
}
