// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::path::PathBuf;

use crate::{Client, Error};

/// A client in the making; see [`Client::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until get() or open()"]
pub struct ClientBuilder {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) language: String,
    pub(crate) file: String,
    pub(crate) module: Option<PathBuf>,
}

impl ClientBuilder {
    pub(crate) fn new(name: String) -> ClientBuilder {
        ClientBuilder { name, version: String::new(), language: "rust".to_owned(), file: String::new(), module: None }
    }

    /// The client's own version.
    ///
    /// ```
    /// cmetrics::Client::builder("vllm").version("0.6.1").open()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The language that it is written in, where that is not Rust: this crate also carries bindings.
    ///
    /// ```
    /// cmetrics::Client::builder("vllm").language("python").open()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = language.into();
        self
    }

    /// The program, module or plugin that it is, as people should read it in a conflict.
    ///
    /// ```
    /// cmetrics::Client::builder("vllm").file("vllm/engine/metrics.py").open()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// The file beside which the library is looked for, where it is not the one that holds this code.
    ///
    /// ```
    /// let client = cmetrics::Client::builder("vllm").module("/opt/vllm/lib/engine.so").get();
    /// # drop(client);
    /// ```
    pub fn module(mut self, module: impl Into<PathBuf>) -> Self {
        self.module = Some(module.into());
        self
    }

    /// The client. Nothing is looked for until its [`root`](Client::root) is asked for.
    ///
    /// ```
    /// let client = cmetrics::Client::builder("scheduler").get();
    /// assert!(format!("{client:?}").contains("scheduler"));
    /// ```
    pub fn get(self) -> Client {
        Client::new(self)
    }

    /// The client, known to the library at once.
    ///
    /// # Errors
    ///
    /// Those of [`try_root`](crate::try_root), and [`is_invalid_argument`](Error::is_invalid_argument) for a text that
    /// is too long: 256 bytes, for the file 4096.
    ///
    /// ```
    /// let err = cmetrics::Client::builder("x".repeat(257)).open().unwrap_err();
    /// assert!(err.is_invalid_argument());
    /// ```
    pub fn open(self) -> Result<Client, Error> {
        let client = self.get();
        client.opened()?;
        Ok(client)
    }
}
