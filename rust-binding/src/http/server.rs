// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::io;
use std::net::{TcpListener, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::connection::Serving;
use super::handle::ServerHandle;
use super::{Exposer, ExposerBuilder};
use crate::{Priority, Registry};

/// A small server of reports, on a thread of its own, for programs that have none to mount an [`Exposer`] in.
///
/// [`builder`](Server::builder) says what it serves and where; it runs as long as its [`ServerHandle`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Server {}

/// Says what a [`Server`] serves and where.
///
/// ```
/// use cmetrics::{http::Server, Priority, Registry};
///
/// let engine = Registry::isolated(); // in a program: a child of the root
/// let server = Server::builder()
///     .addr("127.0.0.1:0")
///     .endpoint("/metrics", cmetrics::root())
///     .endpoint("/engine/metrics", engine)
///     .max_verbosity(Priority::Normal)
///     .max_concurrent(2)
///     .timeout(std::time::Duration::from_secs(5))
///     .start()?;
/// assert_ne!(server.local_addr().port(), 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is served until `start`"]
pub struct ServerBuilder {
    exposer: ExposerBuilder,
    addr: String,
    io_timeout: Duration,
    #[cfg(feature = "tls")]
    tls: Option<super::Tls>,
}

impl Server {
    /// A server of the root at `/metrics` on a free port of 127.0.0.1, unless it is told otherwise.
    pub fn builder() -> ServerBuilder {
        ServerBuilder {
            exposer: Exposer::builder(),
            addr: "127.0.0.1:0".to_owned(),
            io_timeout: Duration::from_secs(30),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl ServerBuilder {
    /// Where it listens, as `HOST:PORT`: `127.0.0.1:9400` is this machine alone, `0.0.0.0:9400` all of its IPv4
    /// addresses, `[::]:9400` those of IPv6 (on most systems both). Port 0 is a free one, which
    /// [`local_addr`](ServerHandle::local_addr) tells.
    pub fn addr(mut self, addr: impl fmt::Display) -> Self {
        self.addr = addr.to_string();
        self
    }

    /// Serves what `exposer` says, instead of what was said before of endpoints, verbosity, times and places.
    ///
    /// ```
    /// use cmetrics::http::{Exposer, Server};
    ///
    /// let exposer = Exposer::builder().max_concurrent(0);
    /// let err = Server::builder().exposer(exposer).start().unwrap_err();
    /// assert_eq!(err.kind(), std::io::ErrorKind::InvalidInput);
    /// ```
    pub fn exposer(mut self, exposer: ExposerBuilder) -> Self {
        self.exposer = exposer;
        self
    }

    /// Serves `registry` and all below it at `path`; see [`ExposerBuilder::endpoint`].
    pub fn endpoint(mut self, path: impl Into<String>, registry: Registry) -> Self {
        self.exposer = self.exposer.endpoint(path, registry);
        self
    }

    /// The least important priority that anyone gets to see; see [`ExposerBuilder::max_verbosity`].
    pub fn max_verbosity(mut self, verbosity: Priority) -> Self {
        self.exposer = self.exposer.max_verbosity(verbosity);
        self
    }

    /// How many reports are made at once, 4 unless told otherwise; see [`ExposerBuilder::max_concurrent`].
    pub fn max_concurrent(mut self, reports: usize) -> Self {
        self.exposer = self.exposer.max_concurrent(reports);
        self
    }

    /// How long a report may take, 10 seconds unless told otherwise; see [`ExposerBuilder::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.exposer = self.exposer.timeout(timeout);
        self
    }

    /// Leaves out the library's own families, whose names begin with `cmetrics_`.
    pub fn no_self(mut self) -> Self {
        self.exposer = self.exposer.no_self();
        self
    }

    /// How long a client may take for its next request, and for taking what it was sent, before its connection is closed;
    /// 30 seconds unless told otherwise.
    pub fn io_timeout(mut self, timeout: Duration) -> Self {
        self.io_timeout = timeout;
        self
    }

    /// Serves over TLS alone.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: super::Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Listens, and serves from a thread of its own until the handle is stopped or dropped. When it returns, clients can
    /// connect.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for what [`ExposerBuilder::build`] refuses, for an address that is
    /// none, and for a certificate or key that is of no use; [`AddrInUse`](io::ErrorKind::AddrInUse) and whatever else the
    /// system answers when it is asked for the address, a file or a thread. The message names the offender and the cure;
    /// the system's own error is the source of [`get_ref`](io::Error::get_ref).
    ///
    /// ```
    /// use cmetrics::http::Server;
    ///
    /// let first = Server::builder().start()?;
    /// let err = Server::builder().addr(first.local_addr()).start().unwrap_err();
    /// assert_eq!(err.kind(), std::io::ErrorKind::AddrInUse);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn start(self) -> io::Result<ServerHandle> {
        let invalid = |err| io::Error::new(io::ErrorKind::InvalidInput, err);
        let exposer = self.exposer.build().map_err(invalid)?;
        let most = exposer.max_concurrent();
        #[cfg(feature = "tls")]
        let tls = self.tls.as_ref().map(super::Tls::load).transpose()?;
        let listener = listen(&self.addr)?;
        let local_addr = listener.local_addr()?;
        #[cfg(unix)]
        let listening = std::os::fd::AsRawFd::as_raw_fd(&listener);
        let (stop, stopped) = oneshot::channel();
        let (ready, outcome) = mpsc::sync_channel(1);
        let run = move || {
            // Made here, for it cannot be dropped where an async function asked for this server.
            let made = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .max_blocking_threads(most)
                .thread_name("cmetrics-http")
                .build();
            let runtime = match made {
                Ok(runtime) => runtime,
                Err(why) => return drop(ready.send(Err(why))),
            };
            let serving = runtime.block_on(async {
                let serving = Serving::new(listener, exposer, self.io_timeout);
                #[cfg(feature = "tls")]
                let serving = serving.map(|serving| serving.tls(tls));
                serving
            });
            match serving {
                Ok(serving) => {
                    drop(ready.send(Ok(())));
                    runtime.block_on(serving.until(stopped));
                }
                Err(why) => drop(ready.send(Err(why))),
            }
            // A collector that does not return keeps its thread, and nobody waits for it.
            runtime.shutdown_background();
        };
        let started = |why| told("starting the server's thread", "let the system have more of them", why);
        let thread = std::thread::Builder::new().name("cmetrics-http".to_owned()).spawn(run).map_err(started)?;
        let gone = |_| Err(io::Error::other("the server's thread panicked"));
        outcome.recv().unwrap_or_else(gone).map_err(started)?;
        #[cfg(feature = "tls")]
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        Ok(ServerHandle::new(
            local_addr,
            #[cfg(unix)]
            listening,
            scheme,
            stop,
            thread,
        ))
    }
}

fn listen(addr: &str) -> io::Result<TcpListener> {
    let found = addr.to_socket_addrs().and_then(|all| {
        let all: Vec<_> = all.collect();
        if all.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the name has no address"));
        }
        Ok(all)
    });
    let what = format!("serving on {addr}");
    let all = found.map_err(|why| told(&what, "give HOST:PORT, for instance 127.0.0.1:9400", why))?;
    let listener = TcpListener::bind(&*all).map_err(|why| told(&what, cure(&why), why))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn cure(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::AddrInUse => "stop what serves there, choose another port, or give port 0 for a free one",
        io::ErrorKind::PermissionDenied => "choose a port from 1024 on, or let the program have lower ones",
        io::ErrorKind::AddrNotAvailable => {
            "give an address of this machine: 127.0.0.1 is this machine alone, 0.0.0.0 all of its addresses"
        }
        _ => "give an address of this machine, for instance 127.0.0.1:9400",
    }
}

/// An error of the same kind that says what was tried and what to do.
pub(super) fn told(tried: &str, cure: &str, why: io::Error) -> io::Error {
    io::Error::new(why.kind(), Told { text: format!("{tried}: {why}; {cure}"), why })
}

#[derive(Debug)]
struct Told {
    text: String,
    why: io::Error,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Told {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.why)
    }
}
