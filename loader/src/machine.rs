// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What machine the first bytes of an ELF file are for.

use crate::reason::Reason;

const CLASS: u8 = if cfg!(target_pointer_width = "64") { 2 } else { 1 };
const ORDER: u8 = if cfg!(target_endian = "little") { 1 } else { 2 };

/// Numbers that the ELF standard gives to machines, and their names as Rust has them.
const MACHINES: &[(u16, &str)] = &[
    (2, "sparc"),
    (3, "x86"),
    (8, "mips"),
    (20, "powerpc"),
    (21, "powerpc64"),
    (22, "s390x"),
    (40, "arm"),
    (43, "sparc64"),
    (62, "x86_64"),
    (183, "aarch64"),
    (243, "riscv"),
    (258, "loongarch"),
];

/// Whether a file that begins with `ident` (at least 20 bytes) is for this process's class, byte order and machine.
pub(crate) fn check(ident: &[u8]) -> Result<(), Reason> {
    let (class, order) = (ident[4], ident[5]);
    let bytes = [ident[18], ident[19]];
    let machine = if order == 2 { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
    let ours = own();
    if class == CLASS && order == ORDER && ours.is_none_or(|ours| ours == machine) {
        return Ok(());
    }
    let its = MACHINES.iter().find(|(number, _)| *number == machine).map(|(_, name)| (*name).to_owned());
    Err(Reason::OtherMachine {
        its: describe(&its.unwrap_or_else(|| format!("machine {machine}")), class, order),
        ours: describe(std::env::consts::ARCH, CLASS, ORDER),
    })
}

/// This process's machine, if the list has it.
fn own() -> Option<u16> {
    let name = match std::env::consts::ARCH {
        "riscv64" | "riscv32" => "riscv",
        "loongarch64" => "loongarch",
        "mips64" => "mips",
        name => name,
    };
    MACHINES.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
}

fn describe(machine: &str, class: u8, order: u8) -> String {
    let class = match class {
        1 => "32-bit",
        2 => "64-bit",
        _ => "unknown class",
    };
    let order = match order {
        1 => "little-endian",
        2 => "big-endian",
        _ => "unknown byte order",
    };
    format!("{machine} ({class}, {order})")
}
