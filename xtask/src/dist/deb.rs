// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Debian's pair: `libcmetrics1`, what programs need at run time, and `libcmetrics-dev`, what builds them. Made from the
//! laid-out archive by dpkg-deb (Debian Policy, chapters 5, 8 and 12).

use std::path::{Path, PathBuf};
use std::process::Command;

use super::library::Build;
use super::tarball::{copy, copy_tree};
use crate::step;

pub(super) const RUNTIME: &str = "libcmetrics1";
pub(super) const DEVELOPMENT: &str = "libcmetrics-dev";
/// The source package, and the name by which its changelog calls it.
pub(super) const SOURCE: &str = "cmetrics";
/// Nobody's own address, of the account that the repository belongs to: reports are for the homepage.
const MAINTAINER: &str = "The cmetrics authors <cmetrics@users.noreply.github.com>";
const SUMMARY: &str = "metrics that all languages of one process share";
/// The description's body, each line as Policy 5.6.13 wants it.
const BODY: &str =
    " One registry per process, one Prometheus report: parts in Rust, Python, C and\n C++ record into it \
                    through one shared library with a versioned interface.\n";

pub(crate) fn make(build: &Build<'_>, prefix: &Path, version: &str) -> Result<(), String> {
    let Some(architecture) = build.platform.debian() else { return Ok(()) };
    let multiarch = build.platform.triple().replace("-unknown", "");
    let folder = build.place.staged(&format!("{}/deb", build.platform.name()))?;
    let control = Control { build, architecture, version, folder: &folder };

    let runtime = folder.join(RUNTIME);
    copy_tree(&prefix.join("lib/libcmetrics.so.1"), &runtime.join(format!("usr/lib/{multiarch}/libcmetrics.so.1")))?;
    // What is built on it needs no older one than this: until version 1 of the interface is frozen, it may change.
    control.write(RUNTIME, "shlibs", &format!("libcmetrics 1 {RUNTIME} (>= {version})\n"))?;
    let symbols = format!(
        "libcmetrics.so.1 {RUNTIME} #MINVER#\n* Build-Depends-Package: {DEVELOPMENT}\n cmetrics_get_api@Base {version}\n"
    );
    control.write(RUNTIME, "symbols", &symbols)?;
    control.write(RUNTIME, "triggers", "activate-noawait ldconfig\n")?;
    let fields = "Section: libs\nMulti-Arch: same\nDepends: libc6 (>= 2.17)\n";
    control.pack(RUNTIME, fields, "", " This package has the library.\n")?;

    let development = folder.join(DEVELOPMENT);
    copy_tree(&prefix.join("include"), &development.join("usr/include"))?;
    for part in ["libcmetrics.so", "cmake", "pkgconfig"] {
        copy_tree(&prefix.join("lib").join(part), &development.join(format!("usr/lib/{multiarch}")).join(part))?;
    }
    // One folder deeper than in the archive: the .pc files and the CMake package say how far it is up to the prefix.
    deepen(&development.join(format!("usr/lib/{multiarch}")), &multiarch)?;
    let fields = format!("Section: libdevel\nMulti-Arch: same\nDepends: {RUNTIME} (= {version}-1)\n");
    let has = " This package has the headers, and files for CMake and pkg-config.\n";
    control.pack(DEVELOPMENT, &fields, " (development files)", has)
}

/// Rewrites the relative ways of an installation in `lib` for one in `lib/MULTIARCH`.
fn deepen(lib: &Path, multiarch: &str) -> Result<(), String> {
    let change = |file: &Path, pairs: &[(&str, String)]| {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut new = text.clone();
        for (from, to) in pairs {
            if !new.contains(from) {
                return Err(format!("{}: has no {from}: was the CMake package changed?", file.display()));
            }
            new = new.replace(from, to);
        }
        std::fs::write(file, new).map_err(|e| format!("{}: {e}", file.display()))
    };
    let headers = [("${pcfiledir}/../../include", "${pcfiledir}/../../../include".to_owned())];
    change(&lib.join("pkgconfig/cmetrics-headers-1.pc"), &headers)?;
    let library = [("${pcfiledir}/../../lib", format!("${{pcfiledir}}/../../../lib/{multiarch}"))];
    change(&lib.join("pkgconfig/cmetrics-1.pc"), &library)?;
    let config = [
        ("${CMAKE_CURRENT_LIST_DIR}/../../../", "${CMAKE_CURRENT_LIST_DIR}/../../../../".to_owned()),
        ("${PACKAGE_PREFIX_DIR}/lib", format!("${{PACKAGE_PREFIX_DIR}}/lib/{multiarch}")),
    ];
    change(&lib.join("cmake/cmetrics/cmetrics-config.cmake"), &config)
}

struct Control<'a> {
    build: &'a Build<'a>,
    architecture: &'a str,
    version: &'a str,
    folder: &'a Path,
}

impl Control<'_> {
    fn write(&self, package: &str, name: &str, text: &str) -> Result<(), String> {
        let folder = self.folder.join(package).join("DEBIAN");
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        std::fs::write(folder.join(name), text).map_err(|e| format!("{name} of {package}: {e}"))
    }

    /// Writes `control`, the sums of the files, and what Policy 12 asks for in `/usr/share/doc`, and packs the folder.
    fn pack(&self, package: &str, fields: &str, kind: &str, has: &str) -> Result<(), String> {
        let (version, architecture, place) = (self.version, self.architecture, self.build.place);
        let root = self.folder.join(package);
        self.documents(package, &root)?;
        let content = Content::of(&root)?;
        let control = format!(
            "Package: {package}\nSource: {SOURCE}\nVersion: {version}-1\nArchitecture: {architecture}\nMaintainer: \
             {MAINTAINER}\nInstalled-Size: {size}\nPriority: optional\nHomepage: {home}\n{fields}Description: \
             {SUMMARY}{kind}\n{BODY} .\n{has}",
            size = content.kibibytes,
            home = env!("CARGO_PKG_REPOSITORY"),
        );
        self.write(package, "control", &control)?;
        self.write(package, "md5sums", &content.sums(&root)?)?;
        step::ask(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&root)).ok_or("chmod failed")?;
        // No file of either is a program, the library neither (Policy 8.1), nor is what dpkg reads.
        let plain = ["-type", "f", "-exec", "chmod", "a-x", "{}", "+"];
        step::ask(Command::new("find").arg(&root).args(plain)).ok_or("chmod failed")?;
        let file = place.out.join(format!("{package}_{version}-1_{architecture}.deb"));
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Zxz", "--build"]).arg(&root).arg(&file);
        // One thread: how xz cuts what it packs must not depend on the machine's processors.
        build.env("SOURCE_DATE_EPOCH", place.seconds.to_string()).env("DPKG_DEB_THREADS_MAX", "1");
        step::must(&format!("{}: packing {package}", self.build.platform.name()), &mut build, "").map(|_| ())
    }

    fn documents(&self, package: &str, root: &Path) -> Result<(), String> {
        let (place, folder) = (self.build.place, root.join("usr/share/doc").join(package));
        let mit = place.source.join("LICENSE-MIT");
        let mit = std::fs::read_to_string(&mit).map_err(|e| format!("{}: {e}", mit.display()))?;
        let mit: String =
            mit.lines().map(|line| if line.trim().is_empty() { " .\n".into() } else { format!(" {line}\n") }).collect();
        let copyright = format!(
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: cmetrics\nSource: \
             {}\n\nFiles: *\nCopyright: {} The cmetrics authors\nLicense: Expat or Apache-2.0\n\nLicense: Expat\n{mit}\n\
             License: Apache-2.0\n On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n",
            env!("CARGO_PKG_REPOSITORY"),
            date(place.seconds, "+%Y")?
        );
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        std::fs::write(folder.join("copyright"), copyright).map_err(|e| format!("{}: {e}", folder.display()))?;
        let changes = folder.join("changelog.Debian");
        let entry = format!(
            "{SOURCE} ({}-1) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- {MAINTAINER}  {}\n",
            self.version,
            date(place.seconds, "-R")?
        );
        std::fs::write(&changes, entry).map_err(|e| format!("{}: {e}", changes.display()))?;
        let log = copy(&place.source.join("CHANGELOG.md"), &folder)?;
        let plain = folder.join("changelog");
        std::fs::rename(&log, &plain).map_err(|e| format!("{}: {e}", log.display()))?;
        // Without its name and time, so that the bytes follow from the content.
        let done = step::ask(Command::new("gzip").args(["-9nf"]).args([&changes, &plain]));
        done.map(|_| ()).ok_or_else(|| format!("{}: gzip failed", folder.display()))
    }
}

/// What a package installs: its files, by name, and how much room they take.
struct Content {
    files: Vec<PathBuf>,
    kibibytes: u64,
}

impl Content {
    /// Looks through the folder that is packed, but for dpkg's own part of it.
    fn of(root: &Path) -> Result<Content, String> {
        let mut content = Content { files: Vec::new(), kibibytes: 0 };
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            for path in entries.flatten().map(|entry| entry.path()).filter(|path| !path.ends_with("DEBIAN")) {
                let meta = path.symlink_metadata().map_err(|e| format!("{}: {e}", path.display()))?;
                // As dpkg-gencontrol counts, so that it is the same whatever the file system: a file in whole units, and
                // one for all else.
                content.kibibytes += if meta.is_file() { meta.len().div_ceil(1024) } else { 1 };
                if meta.is_dir() {
                    folders.push(path);
                } else if meta.is_file() {
                    content.files.push(path);
                }
            }
        }
        content.files.sort();
        Ok(content)
    }

    /// As `md5sum` writes it and `dpkg --verify` reads it.
    fn sums(&self, root: &Path) -> Result<String, String> {
        let names = self.files.iter().filter_map(|file| file.strip_prefix(root).ok());
        let said = step::ask(Command::new("md5sum").current_dir(root).args(names));
        said.map(|text| text + "\n").ok_or_else(|| format!("{}: md5sum failed", root.display()))
    }
}

/// A time in the words that `date` has for this format.
fn date(seconds: u64, format: &str) -> Result<String, String> {
    let said = step::ask(Command::new("date").env("LC_ALL", "C").args(["-u", format, "-d"]).arg(format!("@{seconds}")));
    said.ok_or_else(|| format!("date {format} failed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_counted_and_summed_by_name() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = root.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("usr/b", &"x".repeat(1025));
        write("usr/a/c", "");
        write("DEBIAN/control", "Package: p\n");
        let content = Content::of(root.path()).unwrap();
        // Two folders, two units for 1025 bytes, none for no bytes.
        assert_eq!(content.kibibytes, 4);
        let sums = content.sums(root.path()).unwrap();
        let names: Vec<&str> = sums.lines().filter_map(|line| line.split_once("  ").map(|pair| pair.1)).collect();
        assert_eq!(names, ["usr/a/c", "usr/b"]);
        assert!(sums.starts_with("d41d8cd98f00b204e9800998ecf8427e  "), "{sums}");
    }

    #[test]
    fn a_time_is_told_as_debian_wants_it() {
        assert_eq!(date(0, "-R").unwrap(), "Thu, 01 Jan 1970 00:00:00 +0000");
        assert_eq!(date(0, "+%Y").unwrap(), "1970");
    }
}
