// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Examples in documents: found, laid into a folder of their own, and made programs that run.

use std::path::Path;
use std::process::Command;

use crate::tree::{executable, Tree};
use crate::worker::Ground;
use crate::{step, tools};

/// The languages that can be run.
pub(super) const LANGUAGES: [&str; 4] = ["c", "cpp", "python", "rust"];

/// What stands before an example in C that does not show `main`, and after it.
const C_BEFORE: &str = r"#include <cmetrics-1/cmetrics_load.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
static int example(const cmetrics_api_v1 *api, cmetrics_registry *root) {
(void)api, (void)root;
";
const C_AFTER: &str = r"return 0;
}
int main(void) {
const cmetrics_api_v1 *api;
cmetrics_status found = cmetrics_load(NULL, &api, NULL, 0);
cmetrics_registry *root = api->registry->root(api);
int failed = found != CMETRICS_OK || example(api, root);
api->registry->release(root);
return failed;
}
";

/// A fenced block that names a language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) language: String,
    /// The line that it begins on.
    pub(super) line: usize,
    pub(super) text: String,
}

/// The fenced blocks that name a language; in a tab or a list they are indented.
pub(super) fn examples(text: &str) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    let mut inside = None;
    for (number, line) in text.lines().enumerate() {
        if let Some((indent, language)) = line.split_once("```").filter(|(indent, _)| indent.trim().is_empty()) {
            if inside.is_none() {
                all.push(Example { language: language.trim().to_owned(), line: number + 1, text: String::new() });
            }
            inside = if inside.is_none() { Some(indent) } else { None };
        } else if let Some(indent) = inside {
            if let Some(example) = all.last_mut() {
                example.text.push_str(line.strip_prefix(indent).unwrap_or(line));
                example.text.push('\n');
            }
        }
    }
    all.retain(|example| !example.language.is_empty());
    all
}

impl Example {
    /// Lays it into the folder `at`, makes it a program and runs that. What it printed; fails unless it exits 0.
    pub(super) fn run(&self, tree: &Tree, ground: &Ground, at: &Path, what: &str) -> Result<String, String> {
        let mut command = self.prepare(tree, ground, at, what)?;
        let (name, value) = tools::linker_path(&[&ground.library.folder]);
        let done = step::must(what, command.env(name, value), "the example as the document shows it must run")?;
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    fn prepare(&self, tree: &Tree, ground: &Ground, at: &Path, what: &str) -> Result<Command, String> {
        let program = at.join(executable("example"));
        let compile = |compiler: &mut Command, source: &Path| {
            compiler.args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-I", "headers/include"]).arg(source);
            compiler.arg("-o").arg(&program).args(["-pthread", "-ldl"]);
            if self.text.contains("cmetrics_get_api(") {
                // Linked, since it is called by its name.
                compiler.arg("-L").arg(&ground.library.folder).arg("-lcmetrics");
            }
            step::must(&format!("compiling {what}"), compiler, "the example must compile").map(drop)
        };
        match self.language.as_str() {
            "python" => {
                let file = at.join("example.py");
                write(&file, &self.text)?;
                let mut python = ground.venv.command(tree, "python");
                python.arg(file);
                Ok(python)
            }
            "c" => {
                let source = at.join("example.c");
                write(&source, &whole_c(&self.text))?;
                compile(tree.command(std::env::var_os("CC").unwrap_or_else(|| "cc".into())).arg("-std=c99"), &source)?;
                Ok(tree.command(program))
            }
            "cpp" => {
                let source = at.join("example.cpp");
                write(&source, &self.text)?;
                let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
                compile(tree.command(compiler).arg("-std=c++17"), &source)?;
                Ok(tree.command(program))
            }
            _ => {
                write(&at.join("src/main.rs"), &self.text)?;
                write(&at.join("Cargo.toml"), &manifest(&tree.root, &self.text))?;
                // The versions that the checkout was tested with.
                let lock = at.join("Cargo.lock");
                std::fs::copy(tree.root.join("Cargo.lock"), &lock).map_err(|e| format!("{}: {e}", lock.display()))?;
                let mut cargo = tree.cargo();
                cargo.args(["run", "--quiet", "--manifest-path"]).arg(at.join("Cargo.toml"));
                cargo.arg("--target-dir").arg(tree.target.join("documents").join("cargo"));
                Ok(cargo)
            }
        }
    }
}

/// A program: what shows no `main` is the body of a function that has the table and the root.
fn whole_c(text: &str) -> String {
    if text.contains("int main(") {
        text.to_owned()
    } else {
        [C_BEFORE, text, C_AFTER].concat()
    }
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))
}

/// What an example in Rust names, the feature of the SDK that has it, and the packages that go with it.
const FEATURES: [(&str, &str, &str); 4] = [
    ("cmetrics::http", "http", "http = \"1\"\n"),
    ("cmetrics::testing", "testing", ""),
    ("cmetrics::facade", "metrics-facade", "metrics = \"0.24\"\n"),
    (
        "cmetrics::bridge::prometheus",
        "prometheus-bridge",
        "prometheus = { version = \"*\", default-features = false }\n",
    ),
];

/// A package of its own, as a user's would be, that may use the SDK with what it names of it, the loader or the interface
/// alone.
fn manifest(root: &Path, text: &str) -> String {
    let at = |folder: &str| root.join(folder).display().to_string().replace('\\', "/");
    let used: Vec<_> = FEATURES.into_iter().filter(|(name, ..)| text.contains(name)).collect();
    let features: Vec<_> = used.iter().map(|(_, feature, _)| format!("{feature:?}")).collect();
    let packages: String = used.iter().map(|(.., packages)| *packages).collect();
    format!(
        "[package]\nname = \"document-example\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n\
         cmetrics = {{ path = \"{}\", features = [{}] }}\ncmetrics-loader = {{ path = \"{}\" }}\n\
         cmetrics-interface = {{ path = \"{}\" }}\n{packages}\n[workspace]\n",
        at("rust-binding"),
        features.join(", "),
        at("loader"),
        at("interface")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_blocks_with_a_language_are_examples() {
        let text = "a\n```python\nx = 1\n\ny = 2\n```\nb\n```\nplain\n```\n```rust\nfn main() {}\n```\n";
        let example = |language: &str, line, text: &str| Example { language: language.into(), line, text: text.into() };
        let want = [example("python", 2, "x = 1\n\ny = 2\n"), example("rust", 11, "fn main() {}\n")];
        assert_eq!(examples(text), want);
    }

    #[test]
    fn an_example_in_a_tab_loses_its_indent() {
        let found = examples("=== \"Python\"\n\n    ```python\n    if x:\n        y\n\n    z\n    ```\n");
        assert_eq!((found[0].language.as_str(), found[0].text.as_str()), ("python", "if x:\n    y\n\nz\n"));
    }

    #[test]
    fn an_example_gets_the_features_that_it_names() {
        let plain = manifest(Path::new("/tree"), "fn main() { cmetrics::root(); }");
        assert!(plain.contains("features = []"), "{plain}");
        let more = manifest(Path::new("/tree"), "use cmetrics::testing::Snapshot; cmetrics::facade::install();");
        assert!(
            more.contains(r#"features = ["testing", "metrics-facade"]"#) && more.contains("\nmetrics = "),
            "{more}"
        );
    }

    #[test]
    fn a_fragment_of_c_becomes_a_program_and_a_program_stays_one() {
        let program = "#include <stdio.h>\nint main(void) { return 0; }\n";
        assert_eq!(whole_c(program), program);
        let whole = whole_c("api->registry->release(root);\n");
        assert!(whole.contains("int main(void)") && whole.contains("\napi->registry->release(root);\nreturn 0;\n"));
    }
}
