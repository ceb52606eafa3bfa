// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Connections of a server, all on its one thread: only reports are made elsewhere.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::closing::{Connected, Listening};
use super::Exposer;

/// Connections at once; more wait in the system's queue until one of these ends.
const MOST: usize = 128;
/// What a request's line and headers may take; more is a 431.
const MOST_HEADERS: usize = 16 * 1024;
/// How long answers may still take after `stop`.
const GRACE: Duration = Duration::from_secs(1);
/// After the system refused a connection, for it has no descriptor left perhaps.
const PAUSE: Duration = Duration::from_millis(50);

/// A server that listens.
pub(super) struct Serving {
    listener: TcpListener,
    each: Each,
}

/// What every connection needs.
#[derive(Clone)]
struct Each {
    exposer: Exposer,
    io_timeout: Duration,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Serving {
    /// Called inside the runtime.
    pub(super) fn new(listener: std::net::TcpListener, exposer: Exposer, io_timeout: Duration) -> io::Result<Serving> {
        let listener = TcpListener::from_std(listener)?;
        let each = Each {
            exposer,
            io_timeout,
            #[cfg(feature = "tls")]
            tls: None,
        };
        Ok(Serving { listener, each })
    }

    #[cfg(feature = "tls")]
    pub(super) fn tls(mut self, tls: Option<tokio_rustls::TlsAcceptor>) -> Serving {
        self.each.tls = tls;
        self
    }

    /// Serves until it is told to stop, or until nobody is left who could.
    pub(super) async fn until(self, stopped: oneshot::Receiver<()>) {
        let connections = Arc::new(GracefulShutdown::new());
        let accepting = tokio::spawn(self.accept(Arc::clone(&connections)));
        let _ = stopped.await;
        accepting.abort();
        let _ = accepting.await;
        if let Ok(connections) = Arc::try_unwrap(connections) {
            let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
        }
    }

    async fn accept(self, connections: Arc<GracefulShutdown>) {
        let listening = Listening(self.listener);
        let places = Arc::new(Semaphore::new(MOST));
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            match listening.0.accept().await {
                Ok((stream, _)) => {
                    let serving = self.each.clone().serve(stream, connections.watcher());
                    tokio::spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

impl Each {
    async fn serve(self, stream: TcpStream, watcher: Watcher) {
        // An error costs some milliseconds at most.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(Connected(stream));
        stream.set_write_timeout(Some(self.io_timeout));
        let stream = Box::pin(stream);
        #[cfg(feature = "tls")]
        if let Some(tls) = self.tls.clone() {
            // Who does not get it done is no client.
            if let Ok(Ok(stream)) = tokio::time::timeout(self.io_timeout, tls.accept(stream)).await {
                self.talk(stream, watcher).await;
            }
            return;
        }
        self.talk(stream, watcher).await;
    }

    /// Boxed, since it is large and a connection waits most of its time.
    fn talk<S>(self, stream: S, watcher: Watcher) -> Pin<Box<dyn Future<Output = ()> + Send>>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let exposer = self.exposer;
        let answer = service_fn(move |request| {
            let answering = exposer.respond_async(&request);
            async move { Ok::<_, Infallible>(answering.await.map(Full::new)) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.io_timeout)
            .max_buf_size(MOST_HEADERS)
            // Who has nothing more to ask may say so before the answer comes.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), answer);
        Box::pin(async move {
            // An error is a client that went away, was too slow, or spoke no HTTP: hyper has told it what it can be told.
            let _ = watcher.watch(connection).await;
        })
    }
}
