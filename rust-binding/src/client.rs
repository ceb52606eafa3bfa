// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::path::PathBuf;
use std::ptr;
use std::sync::{Arc, LazyLock, OnceLock};

use cmetrics_interface::v1;
use cmetrics_interface::Text;
use cmetrics_loader::{Asker, Loaded};

use crate::error::call;
use crate::ffi::{self, Api};
use crate::{library, ClientBuilder, Error, Registry};

/// A part of the process that acts on metrics: a program, an engine, a plugin. It is named in conflicts, it owns its
/// collectors, and all that is made through its registries carries its name.
///
/// A program that names nobody acts as itself: [`cmetrics::root()`](crate::root) is the root of a client with the name
/// of the program's file. A plugin opens a client of its own, and closes it before its code is unloaded.
///
/// ```
/// let client = cmetrics::Client::builder("scheduler").version("0.6.1").open()?;
/// let reg = client.isolated(); // in a program: client.root()
/// reg.counter("steps").get().inc();
///
/// let err = reg.int_gauge("steps").try_get().unwrap_err();
/// assert!(err.existing().unwrap().contains("scheduler"), "{err:?}");
/// client.close();
/// # Ok::<(), cmetrics::Error>(())
/// ```
///
/// A clone is the same client. When the last clone and the last registry made through it are gone, its collectors are
/// removed; its metrics stay.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    version: String,
    language: String,
    file: String,
    module: Option<PathBuf>,
    opened: OnceLock<Arc<Opened>>,
}

/// A client that a table knows.
pub(crate) struct Opened {
    pub(crate) api: Api,
    pub(crate) raw: *mut v1::Client,
}

// SAFETY: clients may be used from any thread (interface, `ClientV1`: every slot is any-thread).
unsafe impl Send for Opened {}
// SAFETY: as for Send.
unsafe impl Sync for Opened {}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: this is the one reference that `open` gave.
        unsafe { (self.api.client().release)(self.raw) };
    }
}

impl Client {
    /// Begins a client of this name.
    ///
    /// ```
    /// let client = cmetrics::Client::builder("vllm").version("0.6").language("python").file("engine.py").get();
    /// assert_eq!(client.name(), "vllm");
    /// ```
    pub fn builder(name: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(name.into())
    }

    pub(crate) fn new(parts: ClientBuilder) -> Client {
        let ClientBuilder { name, version, language, file, module } = parts;
        Client { inner: Arc::new(Inner { name, version, language, file, module, opened: OnceLock::new() }) }
    }

    /// What this client is called.
    ///
    /// ```
    /// assert_eq!(cmetrics::Client::builder("nixl").get().name(), "nixl");
    /// ```
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The root registry of this process, for this client to make things in. Never fails: where no library is found it
    /// is a registry that keeps nothing, one warning is logged, and the next call searches again.
    ///
    /// ```
    /// let client = cmetrics::Client::builder("scheduler").get();
    /// client.root().counter("scheduler_steps").get().inc();
    /// ```
    pub fn root(&self) -> Registry {
        self.try_root().unwrap_or_else(|err| Registry::noop_after(&err))
    }

    /// The root registry of this process, for this client to make things in.
    ///
    /// # Errors
    ///
    /// Those of [`try_root`](crate::try_root).
    ///
    /// ```
    /// let client = cmetrics::Client::builder("scheduler").get();
    /// assert_eq!(client.try_root()?, cmetrics::try_root()?);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_root(&self) -> Result<Registry, Error> {
        Ok(Registry::root_of(self.opened()?))
    }

    /// A new root of its own, for tests, for this client to make things in. Never fails, as [`root`](Client::root).
    ///
    /// ```
    /// let client = cmetrics::Client::builder("scheduler").get();
    /// assert_ne!(client.isolated(), client.isolated());
    /// ```
    pub fn isolated(&self) -> Registry {
        self.try_isolated().unwrap_or_else(|err| Registry::noop_after(&err))
    }

    /// A new root of its own, for tests, for this client to make things in.
    ///
    /// # Errors
    ///
    /// Those of [`try_root`](crate::try_root).
    ///
    /// ```
    /// let reg = cmetrics::Client::builder("scheduler").get().try_isolated()?;
    /// assert_ne!(reg, cmetrics::root());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_isolated(&self) -> Result<Registry, Error> {
        Registry::isolated_of(self.opened()?)
    }

    /// Removes this client's collectors and waits until none of them runs, so that its code can be unloaded. Its metrics
    /// stay. Creating through it afterwards is [gone](Error::is_gone). Closing twice does nothing, nor does closing a
    /// client that never used the library.
    ///
    /// ```
    /// let client = cmetrics::Client::builder("plugin").open()?;
    /// let reg = client.isolated();
    /// client.close();
    /// assert!(reg.counter("late").try_get().unwrap_err().is_gone());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn close(&self) {
        if let Some(opened) = self.inner.opened.get() {
            // SAFETY: the client is live while `opened` is.
            unsafe { (opened.api.client().close)(opened.raw) };
        }
    }

    /// Who acts where nobody was named: this program.
    pub(crate) fn this_program() -> &'static Client {
        static THIS: LazyLock<Client> = LazyLock::new(|| {
            let file = std::env::current_exe().unwrap_or_default();
            let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            // A client's texts have limits (interface, `ClientDesc`); a program's own name must not fail on them.
            let name = stem.filter(|stem| stem.len() <= 256).unwrap_or_else(|| "rust".to_owned());
            let file = file.to_string_lossy().into_owned();
            Client::builder(name).file(if file.len() <= 4096 { file } else { String::new() }).get()
        });
        &THIS
    }

    /// As whom it looks for the library.
    pub(crate) fn asker(&self) -> Asker<'_> {
        let Inner { name, version, language, file, module, .. } = &*self.inner;
        let (module, embedded) = (module.as_deref(), library::embedded());
        Asker { version, language, file, module, embedded, ..Asker::new(name) }
    }

    /// Looks for the library, unless it was found before.
    pub(crate) fn load(&self) -> Result<Loaded, Error> {
        library::load(&self.asker())
    }

    /// This client as the library knows it, opened now if it is not yet.
    pub(crate) fn opened(&self) -> Result<&Arc<Opened>, Error> {
        let opened = match self.inner.opened.get() {
            Some(opened) => opened,
            None => {
                let opened = Arc::new(self.open_with(Api::new(self.load()?.api()))?);
                // Of two threads that come here, one opens the client and the other's is released.
                self.inner.opened.get_or_init(|| opened)
            }
        };
        library::report_noop_handles(opened.api, opened.raw);
        Ok(opened)
    }

    fn open_with(&self, api: Api) -> Result<Opened, Error> {
        let Inner { name, version, language, file, .. } = &*self.inner;
        let desc = v1::ClientDesc {
            struct_size: ffi::size_of::<v1::ClientDesc>(),
            flags: 0,
            name: Text::lend(name),
            version: Text::lend(version),
            language: Text::lend(language),
            file: Text::lend(file),
        };
        let mut raw = ptr::null_mut();
        call(api, "opening a client", |error| {
            // SAFETY: the desc and its texts outlive the call, which copies them.
            unsafe { (api.client().open)(api.raw(), &desc, &mut raw, error) }
        })?;
        Ok(Opened { api, raw })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { name, version, language, file, .. } = &*self.inner;
        f.debug_struct("Client")
            .field("name", name)
            .field("version", version)
            .field("language", language)
            .field("file", file)
            .finish_non_exhaustive()
    }
}
