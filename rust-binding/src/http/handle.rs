// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// A [`Server`](super::Server) that runs. Dropping it stops the server, as [`stop`](ServerHandle::stop) does;
/// [`detach`](ServerHandle::detach) lets it serve as long as the process lives.
///
/// ```
/// let server = cmetrics::http::Server::builder().start()?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "dropping it stops the server; `detach` lets it serve on"]
pub struct ServerHandle {
    local_addr: SocketAddr,
    scheme: &'static str,
    /// The process that serves; in a child of it there is nothing to stop.
    process: u32,
    /// The listening socket, which such a child inherits.
    #[cfg(unix)]
    listening: RawFd,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl ServerHandle {
    pub(super) fn new(
        local_addr: SocketAddr,
        #[cfg(unix)] listening: RawFd,
        scheme: &'static str,
        stop: oneshot::Sender<()>,
        thread: JoinHandle<()>,
    ) -> ServerHandle {
        ServerHandle {
            local_addr,
            scheme,
            process: std::process::id(),
            #[cfg(unix)]
            listening,
            running: Some((stop, thread)),
        }
    }

    /// Where it listens, with the port that it got.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// `http://HOST:PORT`, without a path: `https` with TLS. An address that stands for all of the machine's is named by
    /// its loopback address.
    pub fn url(&self) -> String {
        let mut shown = self.local_addr;
        if shown.ip().is_unspecified() {
            shown.set_ip(match shown {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("{}://{shown}", self.scheme)
    }

    /// Stops listening at once, gives answers that are being made a second, closes all connections, and returns. Its port
    /// is free then. A collector that runs longer runs on, and its report is dropped.
    ///
    /// It waits, a second at most; in an async function use what the runtime has for work that blocks. In a child of a
    /// fork it closes the listening socket's descriptor that the child inherited, and leaves the parent's server alone.
    ///
    /// ```
    /// let server = cmetrics::http::Server::builder().start()?;
    /// let addr = server.local_addr();
    /// server.stop();
    /// assert!(std::net::TcpStream::connect(addr).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn stop(mut self) {
        self.end();
    }

    /// Lets the server run as long as the process does.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// cmetrics::http::Server::builder().start()?.detach();
    /// # Ok(())
    /// # }
    /// ```
    pub fn detach(mut self) {
        // The thread ends when this end of the channel does.
        std::mem::forget(self.running.take());
    }

    fn end(&mut self) {
        let Some(running) = self.running.take() else { return };
        if self.process != std::process::id() {
            // A child of a fork: the thread is the parent's, and what it shared with this handle may have been cut off in
            // the middle.
            std::mem::forget(running);
            #[cfg(unix)]
            // SAFETY: this process has the descriptor from its parent, where the server ran while it forked. Its owner is the
            // server's thread, which is not here, so that nobody else closes it or listens there.
            drop(unsafe { OwnedFd::from_raw_fd(self.listening) });
            return;
        }
        let (stop, thread) = running;
        // An error is a thread that has ended already.
        let _ = stop.send(());
        let _ = thread.join();
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for ServerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerHandle").field("url", &self.url()).finish_non_exhaustive()
    }
}
