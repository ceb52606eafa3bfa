// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The platforms that something is made for, and what each calls things.

use clap::ValueEnum;

/// A platform, as the names of the artifacts have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Platform {
    #[value(name = "linux-x86_64")]
    LinuxX64,
    #[value(name = "linux-aarch64")]
    LinuxArm64,
    #[value(name = "linux-musl-x86_64")]
    MuslX64,
    #[value(name = "linux-musl-aarch64")]
    MuslArm64,
    #[value(name = "windows-x86_64")]
    WindowsX64,
}

impl Platform {
    /// As in the names of the artifacts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Platform::LinuxX64 => "linux-x86_64",
            Platform::LinuxArm64 => "linux-aarch64",
            Platform::MuslX64 => "linux-musl-x86_64",
            Platform::MuslArm64 => "linux-musl-aarch64",
            Platform::WindowsX64 => "windows-x86_64",
        }
    }

    /// What rustc calls it.
    pub(crate) fn triple(self) -> &'static str {
        match self {
            Platform::LinuxX64 => "x86_64-unknown-linux-gnu",
            Platform::LinuxArm64 => "aarch64-unknown-linux-gnu",
            Platform::MuslX64 => "x86_64-unknown-linux-musl",
            Platform::MuslArm64 => "aarch64-unknown-linux-musl",
            Platform::WindowsX64 => "x86_64-pc-windows-gnu",
        }
    }

    /// What cargo-zigbuild takes: with the oldest glibc that it is to run on, that of manylinux2014.
    pub(crate) fn zig_triple(self) -> String {
        let oldest = if self.is_glibc() { ".2.17" } else { "" };
        format!("{}{oldest}", self.triple())
    }

    /// The tag of its wheel, if there is one.
    pub(crate) fn wheel_tag(self) -> Option<&'static str> {
        match self {
            Platform::LinuxX64 => Some("manylinux2014_x86_64"),
            Platform::LinuxArm64 => Some("manylinux2014_aarch64"),
            Platform::WindowsX64 => Some("win_amd64"),
            Platform::MuslX64 | Platform::MuslArm64 => None,
        }
    }

    /// What Debian calls it, if it has a pair of packages.
    pub(crate) fn debian(self) -> Option<&'static str> {
        match self {
            Platform::LinuxX64 => Some("amd64"),
            Platform::LinuxArm64 => Some("arm64"),
            _ => None,
        }
    }

    /// The library's name where it is installed.
    pub(crate) fn library(self) -> &'static str {
        if self.is_windows() {
            "cmetrics.dll"
        } else {
            "libcmetrics.so.1"
        }
    }

    /// What Cargo calls the library.
    pub(crate) fn built(self) -> &'static str {
        if self.is_windows() {
            "cmetrics.dll"
        } else {
            "libcmetrics.so"
        }
    }

    /// The program that parts a file from its debug symbols, and Debian's package that has it.
    pub(crate) fn objcopy(self) -> (&'static str, &'static str) {
        match self {
            Platform::LinuxX64 | Platform::MuslX64 => ("x86_64-linux-gnu-objcopy", "binutils"),
            Platform::LinuxArm64 | Platform::MuslArm64 => ("aarch64-linux-gnu-objcopy", "binutils-aarch64-linux-gnu"),
            Platform::WindowsX64 => ("x86_64-w64-mingw32-objcopy", "binutils-mingw-w64-x86-64"),
        }
    }

    pub(crate) fn is_windows(self) -> bool {
        self == Platform::WindowsX64
    }

    pub(crate) fn is_musl(self) -> bool {
        matches!(self, Platform::MuslX64 | Platform::MuslArm64)
    }

    pub(crate) fn is_glibc(self) -> bool {
        matches!(self, Platform::LinuxX64 | Platform::LinuxArm64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_and_the_artifacts_call_a_platform_the_same() {
        for platform in Platform::value_variants() {
            let value = platform.to_possible_value().map(|value| value.get_name().to_owned());
            assert_eq!(value.as_deref(), Some(platform.name()));
        }
    }
}
