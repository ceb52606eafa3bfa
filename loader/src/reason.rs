// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::cmp::Ordering;

use cmetrics_interface::Status;
use semver::Version;

use crate::negotiate::{Mismatch, Range};

/// What came of one step of the search. `docs/abi/locating.md` lists them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(not(all(unix, not(target_vendor = "apple"))), allow(dead_code, reason = "some are of ELF files alone"))]
pub(crate) enum Reason {
    #[error("{}", use_of(found.as_deref(), provider.as_deref()))]
    Used {
        /// The file that the candidate was loaded from, if it was tried by another name.
        found: Option<String>,
        /// The file that provides for this process, if it is another copy.
        provider: Option<String>,
    },
    #[error("not tried")]
    NotTried,
    #[error("CMETRICS_DISABLE is set: nothing is looked for")]
    Disabled,
    #[error("not set")]
    NotSet,
    #[error("no copy in this process")]
    NoneLoaded,
    #[error("its folder is not known")]
    NoFolder,
    #[error("not searched: the folder is not an absolute path")]
    RelativeFolder,
    #[error("is not an absolute path")]
    Relative,
    #[error("names a folder: it ends in a separator")]
    EndsInSeparator,
    #[error("no such file")]
    NoSuchFile,
    #[error("is a folder")]
    Folder,
    #[error("is not a regular file")]
    NotRegular,
    #[error("is empty")]
    Empty,
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("is not an ELF file")]
    NotElf,
    #[error("is cut short or damaged: {0}")]
    Damaged(&'static str),
    #[error("is for another machine: it is for {its}, this process is for {ours}")]
    OtherMachine { its: String, ours: String },
    #[error("is not a shared object")]
    NotShared,
    #[error("is another project's library: it does not export cmetrics_get_api")]
    NoExport,
    #[error("cannot be loaded: {0}")]
    CannotLoad(String),
    #[error("is another project's library: its cmetrics_get_api {0}")]
    Stranger(&'static str),
    #[error("{}", mismatch(provider.as_deref(), found.as_deref(), semver, *asked, *offered, *why))]
    Versions {
        /// The file that the dynamic linker found, where the candidate was a bare name.
        found: Option<String>,
        /// The file that provides for this process already, if it is not the one that was tried.
        provider: Option<String>,
        semver: String,
        asked: Range,
        offered: Range,
        why: Mismatch,
    },
    #[error("is loaded, but {winner} provides for this process already")]
    Lost { winner: String },
    #[error(
        "is cmetrics {semver}, which serves {asked} too, but {winner} provides for this process already: that is \
         cmetrics {winner_semver}, which serves {winner_offers}: too old, and the newer copy cannot serve beside it: {said}"
    )]
    NoSatellite {
        semver: String,
        asked: Range,
        /// The file that provides.
        winner: String,
        winner_semver: String,
        winner_offers: Range,
        /// What the newer copy says of it.
        said: String,
    },
    #[error("is loaded, but its election failed with status {0}")]
    Election(Status),
    #[error("has no table for ABI version {version}, although it says so{said}")]
    NoTable { version: u32, said: String },
}

/// Which file serves what, and which side is older.
impl Reason {
    /// What to say of the candidate that ends a search well: what it was tried as, the file that it is, and the file
    /// that provides. The last two are the copies' own words for themselves.
    pub(crate) fn used(tried: Option<&str>, found: &str, provider: &str) -> Reason {
        let named =
            |file: &str, other: Option<&str>| (other != Some(file) && !file.is_empty()).then(|| file.to_owned());
        Reason::Used { found: named(found, tried), provider: named(provider, Some(found)) }
    }
}

fn use_of(found: Option<&str>, provider: Option<&str>) -> String {
    let found = found.map(|file| format!(", found as {file}")).unwrap_or_default();
    match provider {
        None => format!("is used{found}"),
        Some(provider) => format!("is loaded{found}; {provider} provides for this process"),
    }
}

fn mismatch(
    provider: Option<&str>,
    found: Option<&str>,
    semver: &str,
    asked: Range,
    offered: Range,
    why: Mismatch,
) -> String {
    let who = match (provider, found) {
        (Some(file), _) => format!("is not used, since {file} provides for this process already: that is "),
        (None, Some(file)) => format!("is {file}, "),
        (None, None) => "is ".to_owned(),
    };
    let verdict = match why {
        Mismatch::Older => format!("too old for {asked}"),
        Mismatch::Newer => format!("too new for {asked}"),
        Mismatch::Invalid => format!("not to be matched with {asked}"),
    };
    format!(
        "{who}cmetrics {semver}{}, which serves {offered}: {verdict}",
        beside_ours(semver, env!("CARGO_PKG_VERSION"))
    )
}

/// How a package version of the library stands to this loader's. Nothing if it is none.
fn beside_ours(semver: &str, ours: &str) -> String {
    let (Ok(its), Ok(own)) = (Version::parse(semver), Version::parse(ours)) else { return String::new() };
    match its.cmp_precedence(&own) {
        Ordering::Less => format!(" (older than this client's {ours})"),
        Ordering::Equal => String::new(),
        Ordering::Greater => format!(" (newer than this client's {ours})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_versions_are_compared_as_semver_says() {
        assert_eq!(beside_ours("0.9.0", "0.10.0"), " (older than this client's 0.10.0)");
        assert_eq!(beside_ours("1.0.0", "1.0.0-rc.1"), " (newer than this client's 1.0.0-rc.1)");
        assert_eq!(beside_ours("1.0.0+linux", "1.0.0"), "");
        assert_eq!(beside_ours("yesterday's", "1.0.0"), "");
    }

    #[test]
    fn a_candidate_that_is_used_names_the_other_files_that_matter() {
        let told = |tried, found, provider| Reason::used(tried, found, provider).to_string();
        assert_eq!(told(Some("/a.so"), "/a.so", "/a.so"), "is used");
        assert_eq!(told(Some("a.so"), "/usr/lib/a.so", "/usr/lib/a.so"), "is used, found as /usr/lib/a.so");
        assert_eq!(told(Some("/a.so"), "/a.so", "/b.so"), "is loaded; /b.so provides for this process");
        assert_eq!(told(None, "/prog", "/prog"), "is used, found as /prog");
        assert_eq!(told(None, "", ""), "is used");
    }

    #[test]
    fn a_mismatch_names_both_sides() {
        let reason = Reason::Versions {
            found: None,
            provider: Some("/usr/lib/libcmetrics.so.1".to_owned()),
            semver: "0.0.1".to_owned(),
            asked: Range { oldest: 2, newest: 3 },
            offered: Range { oldest: 1, newest: 1 },
            why: Mismatch::Older,
        };
        let told = reason.to_string();
        for part in ["/usr/lib/libcmetrics.so.1", "cmetrics 0.0.1", "older than", "serves ABI version 1", "2 to 3"] {
            assert!(told.contains(part), "{part} is missing in: {told}");
        }
    }
}
