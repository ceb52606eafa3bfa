// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The archive of this machine's platform, unpacked into a prefix whose name has blanks and letters of several scripts:
//! programs in C and C++ are built against it with CMake, with pkg-config and with plain compilers, and run.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::platform::Platform;
use super::report::passed;
use super::{same, Outcome, Row, Trial, QUICK_START};

/// A prefix that a careless script would break at. (pkg-config itself breaks at brackets and quotes: it hands them on as
/// they are.)
const ODD: &str = "prefix/größe ключ 2";

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let platform = if cfg!(target_arch = "aarch64") { Platform::LinuxArm64 } else { Platform::LinuxX64 };
    if !trial.platforms().contains(&platform) {
        return Vec::new();
    }
    let artifact = trial.archive_name(platform);
    let prefix = match trial.unpacked(platform, ODD) {
        Ok(prefix) => prefix,
        Err(why) => return vec![Row::of(&artifact, "unpacking", || Err(why))],
    };
    vec![
        Row::of(&artifact, "C and C++ by CMake, in an odd prefix", || cmake(trial, &prefix)),
        Row::of(&artifact, "C and C++ by pkg-config", || pkg_config(trial, &prefix)),
        Row::of(&artifact, "C and C++ by plain compilers", || plain(trial, &prefix)),
        Row::of(&artifact, "nothing of it names another place", || no_paths(trial, &prefix)),
        Row::of(&artifact, "loading opens no file and starts no thread", || quiet(trial, &prefix)),
    ]
}

/// Both quick starts print what they should.
pub(super) fn both(trial: &Trial<'_>, c: &mut Command, cpp: &mut Command) -> Result<(), String> {
    same(&trial.must("the quick start of C", c)?.stdout, QUICK_START)?;
    let text = trial.must("the quick start of C++", cpp)?.text();
    let owed = ["shop_requests_total{endpoint=\"generate\",zone=\"eu\"} 3", "shop_request_duration_seconds_count"];
    match owed.iter().find(|line| !text.contains(*line)) {
        Some(line) => Err(format!("the quick start of C++ owes {line}, and printed\n{text}")),
        None => Ok(()),
    }
}

fn cmake(trial: &Trial<'_>, prefix: &Path) -> Result<Outcome, String> {
    let source = trial.folder("prefix/cmake")?;
    for file in ["compat-tests/installed/CMakeLists.txt", "examples/c/quickstart.c", "examples/cpp/quickstart.cpp"] {
        trial.copy(file, &source)?;
    }
    let build = source.join("build");
    let mut configure = trial.kit.cmake(&source);
    configure.arg("-S").arg(&source).arg("-B").arg(&build).args(["-G", "Unix Makefiles"]);
    trial.must("configuring", configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display())))?;
    trial.must("building", trial.kit.cmake(&source).arg("--build").arg(&build))?;
    // What links it finds it by the path that CMake gives programs; what searches is told.
    both(trial, &mut Command::new(build.join("linked-c")), &mut Command::new(build.join("linked-cpp")))?;
    let library = prefix.join("lib/libcmetrics.so.1");
    let found = |name: &str| {
        let mut command = Command::new(build.join(name));
        command.env("CMETRICS_LIBRARY", &library);
        command
    };
    both(trial, &mut found("found-c"), &mut found("found-cpp"))?;
    passed("find_package, both targets")
}

fn pkg_config(trial: &Trial<'_>, prefix: &Path) -> Result<Outcome, String> {
    if let Some(lacks) = trial.lacks(&[("pkg-config", "pkg-config")]) {
        return Ok(lacks);
    }
    let folder = trial.folder("prefix/pkg-config")?;
    let build = |compiler: &str, source: &str, name: &str| {
        // pkg-config writes for a shell: eval takes its backslashes away.
        let script = format!(
            "eval {compiler} -o {name} '\"$1\"' $(pkg-config --cflags --libs cmetrics-1) '\"-Wl,-rpath,$2/lib\"' -pthread"
        );
        let mut sh = Command::new("sh");
        sh.current_dir(&folder).env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
        sh.args(["-ec", &script, "sh"]).arg(trial.tree.root.join(source)).arg(prefix);
        trial.must(&format!("building {name}"), &mut sh).map(|_| Command::new(folder.join(name)))
    };
    let mut c = build("cc -std=c11", "examples/c/quickstart.c", "c")?;
    let mut cpp = build("c++ -std=c++17", "examples/cpp/quickstart.cpp", "cpp")?;
    both(trial, &mut c, &mut cpp)?;
    passed("cmetrics-1, linked")
}

fn plain(trial: &Trial<'_>, prefix: &Path) -> Result<Outcome, String> {
    let folder = trial.folder("prefix/plain")?;
    let build = |compiler: &str, standard: &str, source: &str, name: &str| {
        let mut command = Command::new(compiler);
        command.arg(standard).arg("-I").arg(prefix.join("include")).arg("-o").arg(folder.join(name));
        command.arg(trial.tree.root.join(source)).args(["-ldl", "-pthread"]);
        trial.must(&format!("building {name}"), &mut command)?;
        let mut program = Command::new(folder.join(name));
        program.env("LD_LIBRARY_PATH", prefix.join("lib"));
        Ok::<Command, String>(program)
    };
    let mut c = build("cc", "-std=c99", "examples/c/quickstart.c", "c")?;
    let mut cpp = build("c++", "-std=c++17", "examples/cpp/quickstart.cpp", "cpp")?;
    both(trial, &mut c, &mut cpp)?;
    passed("headers alone, found at run time")
}

/// The files that people edit or programs read name neither where they were made nor where they lie.
fn no_paths(trial: &Trial<'_>, prefix: &Path) -> Result<Outcome, String> {
    let places = [trial.tree.root.display().to_string(), trial.tree.target.display().to_string()];
    let mut read = 0;
    let mut folders: Vec<PathBuf> = vec![prefix.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            read += 1;
            let names = |place: &String| bytes.windows(place.len()).any(|window| window == place.as_bytes());
            if places.iter().any(names) {
                return Err(format!("{} names the folder that it was built in", path.display()));
            }
        }
    }
    passed(format!("{read} files"))
}

/// A program loads it, and looks at its own threads and files before and after; strace says what was opened meanwhile.
fn quiet(trial: &Trial<'_>, prefix: &Path) -> Result<Outcome, String> {
    let folder = trial.folder("prefix/quiet")?;
    let program = folder.join("quiet");
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-Wall", "-Wextra", "-o"]).arg(&program).arg(trial.source("quiet.c"));
    trial.must("compiling the look at a load", cc.arg("-ldl"))?;
    let library = prefix.join("lib/libcmetrics.so.1");
    let done = trial.must("loading the library", Command::new(&program).arg(&library))?;
    let seen = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    if crate::tools::on_path("strace").is_none() {
        return passed(format!("{seen} (with strace, what is opened meanwhile would be told too)"));
    }
    let log = folder.join("strace.txt");
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-e",
        "trace=open,openat,openat2,creat,clone,clone3,fork,vfork,execve,socket,connect,rmdir",
        "-o",
    ]);
    trial.must("loading it under strace", strace.arg(&log).arg(&program).arg(&library))?;
    let log = std::fs::read_to_string(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    // The program removes two folders that are not there, right before and right after it loads.
    let between: Vec<&str> = log
        .lines()
        .skip_while(|line| !line.contains("/cmetrics-before"))
        .skip(1)
        .take_while(|line| !line.contains("/cmetrics-after"))
        .collect();
    // The library, and what it needs of the C library and the list of where that is.
    let expected = |line: &&&str| {
        ["libcmetrics.so.1", "ld.so.cache", "libdl.so", "libpthread.so"].iter().any(|one| line.contains(one))
    };
    match between.iter().find(|line| !expected(line)) {
        _ if between.is_empty() => Err(format!("strace saw no load at all:\n{log}")),
        Some(line) => Err(format!("while it was loaded: {line}")),
        None => passed(format!("{seen}; strace saw the linker alone")),
    }
}
