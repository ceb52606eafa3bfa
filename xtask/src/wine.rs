// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Wine, which stands for Windows where there is none.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::step::{self, Done};
use crate::tools;
use crate::tree::Tree;

/// The longest that one program may take.
const LIMIT: Duration = Duration::from_secs(290);
/// Makes programs for Windows of C.
pub(crate) const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// What of it this machine lacks, if it lacks something.
pub(crate) fn missing() -> Option<String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("this runs on Linux on x86-64".to_owned());
    }
    let tools = [(COMPILER, "gcc-mingw-w64-x86-64"), ("wine", "wine wine64"), ("wineserver", "wine64")];
    let lacks = tools.iter().find(|(program, _)| program_of(program).is_none());
    lacks.map(|(program, package)| format!("{program} is not installed (apt-get install {package})"))
}

/// A program on PATH; wineserver may stand where Debian puts it.
fn program_of(program: &str) -> Option<PathBuf> {
    let debian = Path::new("/usr/lib/wine/wineserver");
    let debian = (program == "wineserver" && debian.is_file()).then(|| debian.to_path_buf());
    tools::on_path(program).or(debian)
}

/// A path as Windows writes it: Wine shows `/` as the drive Z.
pub(crate) fn dos(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

/// A prefix of its own, and a server that ends with it.
pub(crate) struct Wine<'a> {
    tree: &'a Tree,
    prefix: PathBuf,
    /// Where programs find DLLs that are not beside them.
    dlls: PathBuf,
}

impl<'a> Wine<'a> {
    /// Makes the prefix. Its server stays until this is dropped: one that ends by itself would keep our pipes open.
    pub(crate) fn begin(tree: &'a Tree, prefix: PathBuf, dlls: PathBuf) -> Result<Wine<'a>, String> {
        std::fs::create_dir_all(&prefix).map_err(|e| format!("{}: {e}", prefix.display()))?;
        let wine = Wine { tree, prefix, dlls };
        let quiet = |command: &mut Command| {
            let ran = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
            ran.map_err(|e| format!("starting Wine: {e}"))
        };
        quiet(wine.command(&program_of("wineserver").unwrap_or_default()).arg("-p"))?;
        let status = quiet(wine.command(Path::new("wine")).args(["wineboot", "-i"]))?;
        status.success().then_some(wine).ok_or_else(|| format!("wineboot failed: {status}"))
    }

    /// Compiles what Wine lacks and Windows has: `bcryptprimitives.dll`, which Rust's standard library asks for.
    pub(crate) fn complete(tree: &Tree, dlls: &Path) -> Result<PathBuf, String> {
        std::fs::create_dir_all(dlls).map_err(|e| format!("{}: {e}", dlls.display()))?;
        let out = dlls.join("bcryptprimitives.dll");
        let mut compiler = tree.command(COMPILER);
        compiler.args(["-O1", "-shared", "-o"]).arg(&out).arg("compat-tests/windows/prng.c").arg("-ladvapi32");
        step::ask(&mut compiler).ok_or_else(|| format!("{} failed", step::line(&compiler)))?;
        Ok(out)
    }

    /// Runs a program.
    pub(crate) fn run(
        &self,
        what: &str,
        program: &Path,
        args: &[String],
        env: &[(&str, &str)],
    ) -> Result<Done, String> {
        // Wine looks for a DLL beside the program first, and then in the folders of WINEPATH.
        let mut command = self.command(Path::new("wine"));
        command.env("WINEPATH", dos(&self.dlls));
        command.arg(program).args(args).envs(env.iter().copied());
        step::attempt_within(LIMIT, what, &mut command)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = self.tree.command(program);
        for name in ["CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH"] {
            command.env_remove(name);
        }
        command.env("RUST_BACKTRACE", "0").env("WINEPREFIX", &self.prefix).env("WINEDEBUG", "-all");
        // No debugger for a crash, and no offers to install more of Wine.
        command.env("WINEDLLOVERRIDES", "winedbg.exe=d;mscoree=;mshtml=").env_remove("DISPLAY");
        command
    }
}

impl Drop for Wine<'_> {
    fn drop(&mut self) {
        // Ends what runs in our prefix alone. If it has ended already, that is as well.
        let _ = self.command(&program_of("wineserver").unwrap_or_default()).arg("-k").stderr(Stdio::null()).status();
    }
}
