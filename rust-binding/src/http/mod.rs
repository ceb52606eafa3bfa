// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports over HTTP: an [`Exposer`] to mount in a web framework, and a small [`Server`] for programs that have none.
//! Behind the feature `http`; TLS is behind `tls`.
//!
//! ```
//! use std::io::{Read, Write};
//!
//! let reg = cmetrics::Registry::isolated(); // in a program: cmetrics::root()
//! reg.counter("requests").get().inc();
//! let server = cmetrics::http::Server::builder().addr("127.0.0.1:0").endpoint("/metrics", reg).start()?;
//!
//! // What Prometheus does:
//! let mut connection = std::net::TcpStream::connect(server.local_addr())?;
//! connection.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! connection.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("requests_total 1\n"));
//!
//! server.stop();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What is answered
//!
//! | request | answer |
//! |---|---|
//! | GET or HEAD of an endpoint | 200 and the report |
//! | any other path | 404, and which paths there are |
//! | any other method | 405 with `Allow` |
//! | `?name[]=NAME`, also several times | only these families, by their names or those of their samples |
//! | `?verbosity=WORD` | critical, high, normal, low or debug, at most the server's `max_verbosity` |
//! | a query that is malformed, another word | 400 |
//! | `Accept-Encoding: gzip` | `Content-Encoding: gzip` |
//! | `X-Prometheus-Scrape-Timeout-Seconds: N` | the report's deadline, at most the server's `timeout`; past it 503 |
//! | more than `max_concurrent` reports at once | 503 with `Retry-After: 1` |
//! | an endpoint whose registry was removed | 410 |
//!
//! Errors are plain text that says what is wrong, and the cure.
//!
//! # Mounting
//!
//! An [`Exposer`] is a [`tower_service::Service`], so that axum takes it as it is; a report is then made on Tokio's threads
//! for blocking work. [`Exposer::respond`] does the same in any other server; [`Exposer::plan`] is for those that say where
//! reports are made.
//!
//! ```
//! # fn main() -> Result<(), cmetrics::Error> {
//! let exposer = cmetrics::http::Exposer::builder().endpoint("/metrics", cmetrics::root()).build()?;
//! let app: axum::Router = axum::Router::new().route_service("/metrics", exposer);
//! # drop(app);
//! # Ok(())
//! # }
//! ```
//!
//! # Forks
//!
//! A server stays its process's: a child has neither its thread nor its connections, answers nothing, and may start a
//! server of its own. A child that goes on without `exec` inherits the listening socket's descriptor. The parent's
//! [`stop`](ServerHandle::stop) frees the port all the same; a parent that is killed leaves the port to the child, unless
//! the child stops or drops the inherited handle: that closes the descriptor there, and nothing else.

mod connection;
mod exposer;
mod gzip;
mod handle;
mod plan;
mod query;
mod reply;
mod server;
mod service;
mod slots;
#[cfg(feature = "tls")]
mod tls;

pub use exposer::{Exposer, ExposerBuilder};
pub use handle::ServerHandle;
pub use plan::Plan;
pub use server::{Server, ServerBuilder};
pub use service::ResponseFuture;
#[cfg(feature = "tls")]
pub use tls::Tls;
