// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;
use std::sync::Arc;

use cmetrics_interface as abi;
use cmetrics_interface::v1::{self, ApiV1, ClientDesc, ClientV1};

use super::boundary::{boundary, quietly};
use super::cast;
use super::desc::{self, Extra};
use super::registry::out;
use crate::client::{Client, ClientInfo};
use crate::error::{Fault, Result};
use crate::stats;

pub(super) static CLIENT: ClientV1 =
    ClientV1 { struct_size: size_of::<ClientV1>() as u32, version: 1, retain, release, open, close, noop_handles };

const LONGEST_NAME: usize = 256;
const LONGEST_FILE: usize = 4096;

unsafe extern "C" fn retain(client: *mut v1::Client) {
    // SAFETY: a handle of the caller's (interface, Ownership).
    unsafe { cast::client_retain(client) }
}

unsafe extern "C" fn release(client: *mut v1::Client) {
    // SAFETY: a reference that the caller gives back.
    quietly(|| unsafe { cast::client_release(client) });
}

unsafe extern "C" fn open(
    _: *const ApiV1,
    desc: *const ClientDesc,
    client: *mut *mut v1::Client,
    error: *mut *mut abi::Error,
) -> abi::Status {
    boundary(error, || {
        // SAFETY: the caller lends the place for the handle.
        let client = unsafe { out(client, "client") }?;
        // SAFETY: the caller lends the description.
        let info = unsafe { read_info(desc) }?;
        client.set(cast::client_out(Arc::new(Client::open(info))));
        Ok(())
    })
}

/// Who a client says that it is.
///
/// # Safety
///
/// `desc` is NULL or lent with all that it points to.
pub(super) unsafe fn read_info(desc: *const ClientDesc) -> Result<ClientInfo> {
    // SAFETY: as promised by the caller.
    let desc = unsafe { desc::read(desc, "cmetrics_client_desc", 0, Extra::MustBeZero) }?;
    let read = |text: abi::Text, what: &str, most: usize| {
        // SAFETY: as promised by the caller.
        let text = unsafe { desc::text(text, what) }?;
        if text.len() > most {
            return Err(Fault::invalid(format!("the {what} has {} bytes; the most is {most}", text.len()))
                .subject(what)
                .hint("shorten it"));
        }
        Ok(text.to_owned())
    };
    Ok(ClientInfo {
        name: read(desc.name, "client name", LONGEST_NAME)?,
        version: read(desc.version, "client version", LONGEST_NAME)?,
        language: read(desc.language, "client language", LONGEST_NAME)?,
        file: read(desc.file, "client file", LONGEST_FILE)?,
    })
}

unsafe extern "C" fn close(client: *mut v1::Client) {
    quietly(|| {
        // SAFETY: a handle of the caller's.
        if let Some(client) = unsafe { cast::client_shared(client) } {
            client.close();
        }
    });
}

unsafe extern "C" fn noop_handles(_: *const ApiV1, _: *mut v1::Client, handles: u64) {
    stats::add_noop_handles(handles);
}
