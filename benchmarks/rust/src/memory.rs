// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the system says of this process's memory, in bytes. Zero where it has no /proc.

/// Resident now.
pub fn resident() -> f64 {
    field("/proc/self/smaps_rollup", "Rss:").or_else(|| field("/proc/self/status", "VmRSS:")).unwrap_or_default()
}

/// The most that was resident since `forget_peak`.
pub fn peak() -> f64 {
    field("/proc/self/status", "VmHWM:").unwrap_or_default()
}

/// Makes `peak` begin anew.
pub fn forget_peak() {
    if let Err(error) = std::fs::write("/proc/self/clear_refs", "5") {
        eprintln!("the peak of memory cannot be forgotten, so that extra memory is told too high: {error}");
    }
}

fn field(file: &str, name: &str) -> Option<f64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0)
}
