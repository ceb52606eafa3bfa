// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

/// The oldest ABI version that this crate describes.
pub const OLDEST: u32 = 1;
/// The newest ABI version that this crate describes.
#[cfg(not(feature = "draft"))]
pub const NEWEST: u32 = 1;
/// The newest ABI version that this crate describes.
/// cbindgen:ignore
#[cfg(feature = "draft")]
pub const NEWEST: u32 = 2;

/// The library's one exported symbol, NUL-terminated.
/// cbindgen:ignore
pub const GET_API_SYMBOL: &[u8] = b"cmetrics_get_api\0";

/// The library's ELF SONAME, for ever: ABI versions live inside the one library.
/// cbindgen:ignore
pub const SONAME: &str = "libcmetrics.so.1";
