// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where copies lie and how they come: files that go away, namespaces, plugins that leave, loading that takes its time.

use super::super::{child, Row};
use super::cases::{row, Case};
use super::ground::{patchelf, Ground};
use super::hold;

const TABLE: &str = "how they come and go";

pub(super) fn run(ground: &Ground) -> Result<Vec<Row>, String> {
    let steps = ground.compile("steps.c", "steps", &[])?;
    let linked = ground.stripped("steps.c", "steps_linked")?;
    let fresh = |kind: &str| ground.plain(kind, &ground.now, 3);
    let plugins = ground.plain("leaving", &ground.embedded, 2)?;
    let case = |name: &str, text: &str, paths: &[&str]| Case::new(name).steps(text, paths);

    let gone = fresh("unlinked")?;
    let (a, b, c) = (&gone[0][..], &gone[1][..], &gone[2][..]);
    let unlinked = [case(
        "unlinked",
        "load a {} load b {} unlink {} unlink {} use b winner a one copies 2 load c {} use c winner a one copies 3",
        &[a, b, a, b, c],
    )];
    let replaced = fresh("replaced")?;
    let (a, b) = (&replaced[0][..], &replaced[1][..]);
    let later = ground.later.display().to_string();
    // By the same name the linker gives what it has; by another it looks at the file.
    let again = b.replace("/replaced/", "/./replaced/");
    let replaced = [
        case("by a stranger", "load a {} load b {} replace {} /bin/true use b winner a one copies 2", &[a, b, a]),
        case(
            "by a newer",
            "load b {} replace {} {} use b load c {} use c winner b one copies 2",
            &[b, b, &later, &again],
        ),
    ];
    let spaces = fresh("spaces")?;
    let (a, b) = (&spaces[0][..], &spaces[1][..]);
    let spaces = [
        case("first here", "load a {} use a apart b {} use a winner a one copies 1", &[a, b]),
        case("first there", "apart b {} load a {} use a winner a one copies 1", &[b, a]),
    ];
    let left = fresh("left")?;
    let (a, b, p) = (&left[0][..], &left[1][..], &plugins[0][..]);
    let left = [
        case("a follower", "load a {} load p note:{} use p copies 2 unload p copies 1 use a winner a one", &[a, p]),
        case(
            "a follower that came later, twice",
            "load a {} use a load p note:{} use p copies 2 unload p copies 1 load p note:{} use p copies 2 unload p \
             copies 1 winner a one unlisted {}",
            &[a, p, p, p],
        ),
        case("one that was never asked", "load p note:{} unload p load a {} use a winner a one copies 1", &[p, a]),
        case("one that lost unasked", "load a {} load p note:{} use a copies 2 unload p copies 1 use a one", &[a, p]),
        case("the winner", "load p note:{} use p keep p load a {} use a one copies 2 listed {}", &[p, a, p]),
        case("after the SDK", "load a {} use a load s sdk:{} use s one copies 2 unload s copies 1 one", &[a, p]),
        case(
            "the winner, with others",
            "load p note:{} load q note:{} use q keep p load a {} load b {} use b one copies 4",
            &[p, &plugins[1], a, b],
        ),
    ];
    let in_program = [
        case("the program's first", "load s self use s winner s one copies 1", &[]),
        case("before it is asked", "load s self load a {} use s winner a one copies 2", &[a]),
        case("the program's and a plugin's", "load s self load p note:{} use p winner s one copies 2", &[p]),
        case(
            "the program's came first",
            "load s self use s load a {} use a winner s one copies 2 listed {}",
            &[a, &linked.display().to_string()],
        ),
    ];

    let mut rows = vec![
        row(ground, &steps, (TABLE, "their files are removed", "one root"), &unlinked)?,
        row(ground, &steps, (TABLE, "their files are replaced", "one root"), &replaced)?,
        row(ground, &steps, (TABLE, "namespaces of dlmopen", "a root for each"), &spaces)?,
        row(ground, &steps, (TABLE, "plugins leave", "followers may, the winner stays"), &left)?,
        row(ground, &linked, (TABLE, "in a stripped executable", "one root"), &in_program)?,
    ];
    rows.extend(slow(ground)?);
    Ok(rows)
}

/// Plugins that another thread is still loading.
fn slow(ground: &Ground) -> Result<Vec<Row>, String> {
    let names = ["a constructor sleeps, then records", "a copy is not relocated yet"];
    if let Err(why) = patchelf() {
        return Ok(names.map(|what| Row::left_out(TABLE, what, "result", why)).into());
    }
    let loading = ground.compile("loading.c", "loading", &[])?;
    let first = ground.plain("loading", &ground.now, 1)?.remove(0);
    // Newer than the first, so that it is who should win; of another SONAME, since one name is loaded once.
    let other = ground.path("slow/libother.so.7")?;
    super::ground::replace(&ground.later, &other)?;
    child::must(std::process::Command::new("patchelf").args(["--set-soname", "libother.so.7"]).arg(&other))?;
    let (other, rpath) = (other.display().to_string(), "-Wl,-rpath,$ORIGIN,--no-as-needed");
    let constructor = ground.compile("slow.c", "slow/slow_constructor.so", &[rpath, &other])?;
    let part = ground.compile(
        "slow.c",
        "slow/libslow_part.so",
        &["-DSLOW_RELOCATION", "-fno-stack-protector", "-Wl,-soname,libslow_part.so"],
    )?;
    let part = part.display().to_string();
    let relocation = ground.compile("slow.c", "slow/slow_relocation.so", &["-DSLOW_PART", rpath, &other, &part])?;
    let try_out = |what: &str, plugin: &std::path::Path| {
        hold(TABLE, what, "one root", &loading, &[first.clone(), plugin.display().to_string()])
    };
    Ok(vec![try_out(names[0], &constructor)?, try_out(names[1], &relocation)?])
}
