// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client's sink.

use cmetrics_interface as abi;

use super::desc::{self, Extra};
use crate::error::{Fault, Result};
use crate::render::Sink;
use crate::report::Stop;

pub(super) struct ForeignSink {
    write: abi::SinkWriteFn,
    user: *mut core::ffi::c_void,
}

/// # Safety
///
/// `raw` is NULL or a sink that the caller lends for the call, whose function may be called until then.
pub(super) unsafe fn sink(raw: *const abi::Sink) -> Result<ForeignSink> {
    // SAFETY: as promised by the caller.
    let sink = unsafe { desc::read(raw, "cmetrics_sink", 0, Extra::Ignored) }?;
    let Some(write) = sink.write else {
        return Err(Fault::invalid("the sink has no write function").subject("write").hint("set cmetrics_sink.write"));
    };
    Ok(ForeignSink { write, user: sink.user })
}

impl Sink for ForeignSink {
    fn write(&mut self, chunk: &[u8]) -> core::result::Result<(), Stop> {
        // SAFETY: the caller of render lends the sink for that call and promises that write may be called with bytes lent
        // for its duration, and that it does not unwind (interface, Sink).
        match unsafe { (self.write)(self.user, chunk.as_ptr(), chunk.len() as u64) } {
            0 => Ok(()),
            status => Err(Stop(status)),
        }
    }
}
