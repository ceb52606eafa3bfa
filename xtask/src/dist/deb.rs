// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Debian's pair: `libcmetrics1`, what programs need at run time, and `libcmetrics-dev`, what builds them. Made from the
//! laid-out archive by dpkg-deb (Debian Policy, chapters 5, 8 and 12).

use std::path::Path;
use std::process::Command;

use super::library::Build;
use super::tarball::{copy, copy_tree};
use crate::step;

const RUNTIME: &str = "libcmetrics1";
const DEVELOPMENT: &str = "libcmetrics-dev";
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
    control.write(RUNTIME, "shlibs", "libcmetrics 1 libcmetrics1\n")?;
    control.write(RUNTIME, "triggers", "activate-noawait ldconfig\n")?;
    let fields = "Section: libs\nMulti-Arch: same\nDepends: libc6 (>= 2.17)\n";
    control.pack(RUNTIME, fields, &format!(" {BODY} .\n This package has the library.\n"))?;

    let development = folder.join(DEVELOPMENT);
    copy_tree(&prefix.join("include"), &development.join("usr/include"))?;
    for part in ["libcmetrics.so", "cmake", "pkgconfig"] {
        copy_tree(&prefix.join("lib").join(part), &development.join(format!("usr/lib/{multiarch}")).join(part))?;
    }
    // One folder deeper than in the archive: the .pc files and the CMake package say how far it is up to the prefix.
    deepen(&development.join(format!("usr/lib/{multiarch}")), &multiarch)?;
    let fields = format!("Section: libdevel\nMulti-Arch: same\nDepends: {RUNTIME} (= {version}-1)\n");
    control.pack(
        DEVELOPMENT,
        &fields,
        &format!(" {BODY} .\n This package has the headers, and files for CMake and pkg-config.\n"),
    )
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

    /// Writes `control` and what Policy 12 asks for in `/usr/share/doc`, and packs the folder.
    fn pack(&self, package: &str, fields: &str, body: &str) -> Result<(), String> {
        let (version, architecture, place) = (self.version, self.architecture, self.build.place);
        let root = self.folder.join(package);
        self.documents(package, &root)?;
        let size = step::ask(Command::new("du").args(["-sk", "--apparent-size", "--exclude=DEBIAN"]).arg(&root));
        let size = size.and_then(|text| text.split_whitespace().next().map(str::to_owned)).unwrap_or_default();
        let control = format!(
            "Package: {package}\nVersion: {version}-1\nArchitecture: {architecture}\nMaintainer: The cmetrics authors \
             <cmetrics@invalid>\nInstalled-Size: {size}\nPriority: optional\nHomepage: {home}\n{fields}Description: \
             {SUMMARY}\n{body}",
            home = env!("CARGO_PKG_REPOSITORY"),
        );
        self.write(package, "control", &control.replace("\n  ", "\n "))?;
        step::ask(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&root)).ok_or("chmod failed")?;
        let file = place.out.join(format!("{package}_{version}-1_{architecture}.deb"));
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Zxz", "--build"]).arg(&root).arg(&file);
        build.env("SOURCE_DATE_EPOCH", place.seconds.to_string());
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
             {}\n\nFiles: *\nCopyright: The cmetrics authors\nLicense: Expat or Apache-2.0\n\nLicense: Expat\n{mit}\n\
             License: Apache-2.0\n On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n",
            env!("CARGO_PKG_REPOSITORY")
        );
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        std::fs::write(folder.join("copyright"), copyright).map_err(|e| format!("{}: {e}", folder.display()))?;
        let changes = folder.join("changelog.Debian");
        let entry = format!(
            "cmetrics ({}-1) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- The cmetrics authors \
             <cmetrics@invalid>  {}\n",
            self.version,
            date(place.seconds)?
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

/// As RFC 5322 writes it.
fn date(seconds: u64) -> Result<String, String> {
    let said = step::ask(Command::new("date").env("LC_ALL", "C").args(["-u", "-R", "-d"]).arg(format!("@{seconds}")));
    said.ok_or_else(|| "date -R failed".to_owned())
}
