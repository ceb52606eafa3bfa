// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who acts: named in conflicts, owner of collectors.

use std::sync::{Arc, Weak};

use crate::collector::Collector;
use crate::error::{Fault, Result};
use crate::sync::{AtomicBool, Lock, Ordering};

/// What a client says of itself. Kept by everything that it creates.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientInfo {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) language: String,
    pub(crate) file: String,
}

impl ClientInfo {
    /// For messages: `"vllm" 0.6 (python, /path/of/it)`.
    pub(crate) fn who(&self) -> String {
        if *self == Self::default() {
            return "a client without a name".into();
        }
        let mut who = format!("{:?}", self.name);
        if !self.version.is_empty() {
            who = format!("{who} {}", self.version);
        }
        match (self.language.as_str(), self.file.as_str()) {
            ("", "") => who,
            (one, "") | ("", one) => format!("{who} ({one})"),
            (language, file) => format!("{who} ({language}, {file})"),
        }
    }
}

/// A client that is open. Its last reference closes it.
#[derive(Debug)]
pub(crate) struct Client {
    info: Arc<ClientInfo>,
    closed: AtomicBool,
    collectors: Lock<Vec<Weak<Collector>>>,
}

impl Client {
    pub(crate) fn open(info: ClientInfo) -> Self {
        Self { info: Arc::new(info), closed: AtomicBool::new(false), collectors: Lock::new(Vec::new()) }
    }

    /// Whoever creates with this client is named so. GONE once it is closed.
    pub(crate) fn info(&self) -> Result<Arc<ClientInfo>> {
        // Acquire, with the Release in close: a creation that follows the close sees it.
        if self.closed.load(Ordering::Acquire) {
            return Err(Fault::gone(format!("the client {} is closed", self.info.who()))
                .hint("open a new client, or close it after its last use"));
        }
        Ok(Arc::clone(&self.info))
    }

    pub(crate) fn is_open(&self) -> bool {
        // Acquire: as in info.
        !self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn owns(&self, collector: &Arc<Collector>) {
        let mut collectors = self.collectors.lock();
        collectors.retain(|other| other.strong_count() > 0);
        collectors.push(Arc::downgrade(collector));
        drop(collectors);
        // Closed by another thread while this one was being added.
        if self.closed.load(Ordering::Acquire) {
            self.close();
        }
    }

    /// Removes its collectors and waits until none of them runs.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let collectors = std::mem::take(&mut *self.collectors.lock());
        for collector in collectors.iter().filter_map(Weak::upgrade) {
            collector.remove();
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_told_by_what_it_said() {
        let check = |name: &str, version: &str, language: &str, file: &str, expected: &str| {
            let [name, version, language, file] = [name, version, language, file].map(String::from);
            assert_eq!(ClientInfo { name, version, language, file }.who(), expected);
        };
        check("", "", "", "", "a client without a name");
        check("vllm", "", "", "", "\"vllm\"");
        check("vllm", "0.6", "python", "", "\"vllm\" 0.6 (python)");
        check("nixl", "", "c++", "nixl.so", "\"nixl\" (c++, nixl.so)");
    }
}
