// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The note that tells the versions that this copy serves and the sizes of their tables, for tools that do not load it.

use core::mem::size_of;

use cmetrics_interface as abi;
use cmetrics_interface::v1::{self, ApiV1};

/// Version, size of the table, number of vtables, and their sizes in the order of the table.
const V1: [u32; 15] = [
    1,
    size_of::<ApiV1>() as u32,
    12,
    size_of::<v1::ClientV1>() as u32,
    size_of::<v1::RegistryV1>() as u32,
    size_of::<v1::MetricV1>() as u32,
    size_of::<v1::CounterV1>() as u32,
    size_of::<v1::IntCounterV1>() as u32,
    size_of::<v1::FloatCounterV1>() as u32,
    size_of::<v1::DurationCounterV1>() as u32,
    size_of::<v1::IntGaugeV1>() as u32,
    size_of::<v1::FloatGaugeV1>() as u32,
    size_of::<v1::DurationGaugeV1>() as u32,
    size_of::<v1::CollectorV1>() as u32,
    size_of::<v1::ErrorV1>() as u32,
];

#[cfg(feature = "draft")]
const DRAFT: [u32; 16] = {
    use abi::draft::{ApiV2, CounterV2, ProcessV2};
    let mut sizes = [0; 16];
    let mut i = 0;
    while i < V1.len() {
        sizes[i] = V1[i];
        i += 1;
    }
    sizes[0] = 2;
    sizes[1] = size_of::<ApiV2>() as u32;
    sizes[2] = 13;
    sizes[6] = size_of::<CounterV2>() as u32;
    sizes[15] = size_of::<ProcessV2>() as u32;
    sizes
};
#[cfg(not(feature = "draft"))]
const DRAFT: [u32; 0] = [];

#[repr(C)]
struct Note {
    name_len: u32,
    len: u32,
    kind: u32,
    name: [u8; 12],
    v1: [u32; V1.len()],
    draft: [u32; DRAFT.len()],
}

#[used]
#[cfg_attr(elf, link_section = ".note.cmetrics.tables")]
static NOTE: Note = Note {
    name_len: abi::NOTE_NAME.len() as u32,
    len: 4 * (V1.len() + DRAFT.len()) as u32,
    kind: abi::NOTE_TYPE_TABLES,
    name: *b"CMETRICS\0\0\0\0",
    v1: V1,
    draft: DRAFT,
};
