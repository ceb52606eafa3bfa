// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Additions to a slot in restartable sequences of Linux, on x86-64.
//!
//! A sequence loads the slot and the number of the CPU, and ends in its one store. Whatever takes the thread off that CPU,
//! or runs a signal handler on top of it, before the store, restarts it; after the store it is complete. So a stripe has
//! one writer at a time, without a lock prefix.
//!
//! The C library registers each thread's area with the kernel (glibc 2.35 and later), unless it is told not to
//! (`glibc.pthread.rseq=0`), or a kernel, a seccomp filter or valgrind refuses.

use core::arch::asm;

use super::{stripe, wide};
use crate::sync::{AtomicIsize, AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// What every sequence reads, on a cache line on which nothing is written later. (Sequences name it, so that the optimizer
/// does not take it apart, and put words that others write on its line.)
#[repr(C, align(64))]
struct Found {
    /// How many stripes there are; 0 before [`start`], or where there is nothing of this. Set before the area.
    stripes: AtomicU32,
    /// Where a thread's area is, from its thread pointer; 0 as long as no thread may begin a sequence.
    area: AtomicIsize,
}

static FOUND: Found = Found { stripes: AtomicU32::new(0), area: AtomicIsize::new(0) };
/// How often a sequence was restarted. For tests.
pub(crate) static RESTARTS: AtomicU64 = AtomicU64::new(0);

/// What every update of a pair adds to its count.
#[repr(C, align(16))]
struct Pair([u64; 2]);

static ONE: Pair = Pair([0, 1]);

/// More than that nobody has; the memory reserved grows with it.
const MOST_STRIPES: u32 = 8192;

/// How many stripes there are, or 0. Whoever knows of a slot sees their number.
#[inline]
pub(crate) fn stripes() -> u32 {
    // Acquire: with the stores of `start`, whoever sees the number.
    FOUND.stripes.load(Ordering::Acquire)
}

pub(super) fn prepare(stays: impl FnOnce() -> bool) {
    wide::prepare();
    if stripes() == 0 && area().is_some() && stays() {
        start(possible_cpus());
    }
}

/// From now on cells can become hot, with so many stripes. The module of this code is never unloaded. The first number
/// stays: what is in other stripes would not be read.
pub(crate) fn start(stripes: u32) {
    wide::prepare();
    // Registered while there are few threads: later it takes the kernel some milliseconds.
    if let Some(area) = area().filter(|_| membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)) {
        // Relaxed: another thread was first.
        let stripes = stripes.clamp(1, MOST_STRIPES);
        let _ = FOUND.stripes.compare_exchange(0, stripes, Ordering::Release, Ordering::Relaxed);
        // Release: who sees the area sees the number of stripes. All threads find the same.
        FOUND.area.store(area, Ordering::Release);
        stripe::reserve();
    }
}

/// Where a thread's area is, if threads have one, pairs can be read whole, and sequences of other threads can be restarted.
fn area() -> Option<isize> {
    // Looked up by name: a link would ask for glibc 2.35.
    // SAFETY: the names are constant; where the symbols exist they are an unsigned int and a ptrdiff_t (sys/rseq.h).
    let (size, offset) = unsafe {
        let find = |name: &core::ffi::CStr| libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr());
        (find(c"__rseq_size").cast::<u32>().as_ref(), find(c"__rseq_offset").cast::<isize>().as_ref())
    };
    // SAFETY: asks which commands there are.
    let commands = unsafe { libc::syscall(libc::SYS_membarrier, libc::MEMBARRIER_CMD_QUERY, 0) };
    let needed = libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED | libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ;
    let barriers = commands > 0 && i64::from(needed) & !commands == 0;
    // At 0 the processor's ABI has the thread pointer itself, so that no area is there.
    let offset = *offset?;
    (*size? != 0 && offset != 0 && barriers && wide::is_on()).then_some(offset)
}

/// The highest number of a CPU that can ever be there, plus one. What exceeds it updates the cold cell.
fn possible_cpus() -> u32 {
    let list = std::fs::read_to_string("/sys/devices/system/cpu/possible").unwrap_or_default();
    let last = list.trim_end().rsplit(['-', ',']).next().and_then(|last| last.parse::<u32>().ok());
    last.map_or_else(
        || {
            // SAFETY: asks for a number.
            let configured = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) };
            u32::try_from(configured).unwrap_or(1)
        },
        |last| last.saturating_add(1),
    )
}

/// Restarts every sequence that another thread of this process is in, and lets all of them see what was written before.
/// False where the kernel refuses.
pub(super) fn restart_all() -> bool {
    // It must have been registered, once for each process.
    membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ)
        || membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)
            && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ)
}

/// Lets every other thread of this process pass a barrier: its stores before are seen by all, its loads after see all.
/// False where the kernel refuses.
pub(super) fn fence_all() -> bool {
    membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
        || membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
            && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
}

fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: changes nothing but when threads run.
    (unsafe { libc::syscall(libc::SYS_membarrier, command, 0) }) == 0
}

/// A sequence; and `return false` where it cannot add: there is nothing of this here, the cell is cold, or the thread has no
/// stripe (the CPU's number is -1 or -2 in a thread without rseq, which is above any). `$body` ends in its one store; the
/// slot in the stripe is at `({slot},%rax)`. It leaves what it is given as it was, for the next try.
///
/// That there are areas is asked first, before the cell is touched: where none ever is hot, an update then fetches its line
/// from another CPU once, not twice. It is asked here and not in Rust, which would look the address up first.
macro_rules! sequence {
    ($cell:expr, [$($body:literal),+], $($operand:tt)*) => {
        asm!(
            // The descriptor (struct rseq_cs): version and flags; begin, length, where to go when disturbed.
            ".pushsection __rseq_cs, \"aw\"",
            ".balign 32",
            "77: .long 0, 0",
            ".quad 21f, 22f - 21f, 24f",
            ".popsection",
            // The signature that glibc registers stands before the place, inside an instruction that traps.
            ".pushsection .text.rseq_abort, \"ax\"",
            ".byte 0x0f, 0xb9, 0x3d",
            ".long 0x53053053",
            "24: lock incq {restarts}(%rip)",
            "jmp 23f",
            ".popsection",
            // From here the thread's area names the descriptor, until the kernel finds the thread elsewhere.
            "movq {found}+{area_at}(%rip), {area}",
            "testq {area}, {area}",
            "jz {cold}",
            "23: leaq 77b(%rip), {slot}",
            "movq {slot}, %fs:8({area})",
            "21: movq ({cell}), {slot}",
            "testq {slot}, {slot}",
            "jz {cold}",
            "movl %fs:4({area}), %eax",
            "cmpl {found}(%rip), %eax",
            "jae {cold}",
            "shlq ${stride}, %rax",
            $($body,)+
            "22:",
            restarts = sym RESTARTS,
            found = sym FOUND,
            area_at = const core::mem::offset_of!(Found, area),
            area = out(reg) _,
            cell = in(reg) $cell.as_ptr(),
            slot = out(reg) _,
            stride = const stripe::STRIDE,
            cold = label { return false },
            out("rax") _,
            $($operand)*
            options(att_syntax, nostack)
        )
    };
}

// The functions of the tables that are a sequence and little else have sections of their own, which begin with a cache
// line: those of plain counters then are on one line and those of pairs on two, wherever the linker puts them. (A function
// that begins in the middle of a line takes up to a cycle more.) The sections' names are at the functions, in src/abi.
core::arch::global_asm!(
    ".irp name, inc, add, add_int, add_ns, add_float",
    ".pushsection .text.cmetrics.\\name, \"ax\", @progbits",
    ".p2align 6",
    ".popsection",
    ".endr",
    options(att_syntax)
);

/// Adds 1 to the first word. `cell` is NULL or a slot from `stripe::take`. False: nothing was added.
#[inline]
pub(super) fn inc(cell: &AtomicPtr<u8>) -> bool {
    // SAFETY: the area is set only after `start` has found that glibc registers areas; every thread then has one, at this
    // place, and stripes are as many as told (loads are acquires here). The store goes to the slot in the stripe of a CPU
    // below their number, which is in its chunk.
    unsafe { sequence!(cell, ["addq $1, ({slot},%rax)"],) };
    true
}

/// Adds to the first word. As [`inc`].
#[inline]
pub(super) fn add(cell: &AtomicPtr<u8>, n: u64) -> bool {
    // SAFETY: as in inc.
    unsafe { sequence!(cell, ["addq {n}, ({slot},%rax)"], n = in(reg) n,) };
    true
}

/// Adds to the first word, and 1 to the second, in one store. As [`inc`].
#[inline]
pub(super) fn add_pair(cell: &AtomicPtr<u8>, amount: u64) -> bool {
    // SAFETY: as in inc; a slot is aligned to 16 bytes, and areas are used only where there is AVX.
    unsafe {
        sequence!(
            cell,
            [
                "vmovq {amount}, %xmm15",
                "vpaddq {one}(%rip), %xmm15, %xmm15",
                "vpaddq ({slot},%rax), %xmm15, %xmm15",
                "vmovdqa %xmm15, ({slot},%rax)"
            ],
            one = sym ONE,
            amount = in(reg) amount,
            out("xmm15") _,
        );
    }
    true
}

/// As [`add_pair`], where the first word is an f64. Adding 0 as an integer leaves its bits, adding to it leaves the count.
#[inline]
pub(super) fn add_float_pair(cell: &AtomicPtr<u8>, amount: f64) -> bool {
    // SAFETY: as in add_pair.
    unsafe {
        sequence!(
            cell,
            [
                "vmovdqa {one}(%rip), %xmm15",
                "vpaddq ({slot},%rax), %xmm15, %xmm15",
                "vaddsd {amount}, %xmm15, %xmm15",
                "vmovdqa %xmm15, ({slot},%rax)"
            ],
            one = sym ONE,
            amount = in(xmm_reg) amount,
            out("xmm15") _,
        );
    }
    true
}
