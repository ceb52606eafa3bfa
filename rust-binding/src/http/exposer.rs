// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response};

use super::plan::{self, shorten, Plan};
use super::query::Query;
use super::slots::Slots;
use super::{gzip, reply};
use crate::{root, Error, ErrorCode, Priority, Registry, ReportOptions};

/// Answers requests for reports, in whatever server it is mounted ([what is answered](super#what-is-answered)). A clone is
/// the same exposer.
///
/// It is a [`tower_service::Service`], which axum takes as it is, and hyper through `TowerToHyperService`; it answers
/// there as by [`respond_async`](Exposer::respond_async). Any other server calls [`respond`](Exposer::respond).
///
/// ```
/// let reg = cmetrics::Registry::isolated(); // in a program: cmetrics::root()
/// reg.counter("requests").get().inc();
/// let exposer = cmetrics::http::Exposer::builder().endpoint("/metrics", reg).build()?;
///
/// let request = http::Request::get("/metrics?name[]=requests_total").body(()).unwrap();
/// let response = exposer.respond(&request);
/// assert_eq!(response.status(), 200);
/// assert!(response.body().ends_with(b"requests_total 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct Exposer {
    inner: Arc<Inner>,
}

struct Inner {
    endpoints: Vec<Endpoint>,
    max_verbosity: Priority,
    timeout: Duration,
    include_self: bool,
    slots: Arc<Slots>,
}

#[derive(Clone, Debug)]
struct Endpoint {
    path: String,
    /// `None` is the process's root, found when it is asked for.
    registry: Option<Registry>,
}

/// Makes an [`Exposer`].
///
/// ```
/// use cmetrics::{http::Exposer, Priority, Registry};
///
/// let engine = Registry::isolated(); // in a program: a child of the root
/// let exposer = Exposer::builder()
///     .endpoint("/metrics", cmetrics::root())
///     .endpoint("/engine/metrics", engine)
///     .max_verbosity(Priority::Normal)
///     .max_concurrent(2)
///     .timeout(std::time::Duration::from_secs(5))
///     .build()?;
/// # drop(exposer);
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is made until `build`"]
pub struct ExposerBuilder {
    endpoints: Vec<Endpoint>,
    max_verbosity: Priority,
    max_concurrent: usize,
    timeout: Duration,
    include_self: bool,
}

impl Exposer {
    /// What is to be served: `/metrics` with the root, unless [`endpoint`](ExposerBuilder::endpoint) says otherwise.
    pub fn builder() -> ExposerBuilder {
        ExposerBuilder {
            endpoints: Vec::new(),
            max_verbosity: Priority::Debug,
            max_concurrent: 4,
            timeout: Duration::from_secs(10),
            include_self: true,
        }
    }

    /// The answer to a request; its body is not looked at.
    ///
    /// Makes the report on this thread, and so may wait for collectors, longer than the deadline if one of them does not
    /// return. In an async function use [`respond_async`](Exposer::respond_async), or what the runtime has for work that
    /// blocks.
    ///
    /// ```
    /// let exposer = cmetrics::http::Exposer::builder().build()?;
    /// let response = exposer.respond(&http::Request::get("/elsewhere").body(()).unwrap());
    /// assert_eq!(response.status(), 404);
    /// assert_eq!(response.body(), "nothing is served at /elsewhere; the reports are at /metrics\n");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn respond<B>(&self, request: &Request<B>) -> Response<Bytes> {
        self.plan(request).map_or_else(|answer| *answer, Plan::make)
    }

    /// What a request asks for, understood and not made yet: for servers that say themselves where reports are made, or
    /// what is done before. [`respond`](Exposer::respond) and [`respond_async`](Exposer::respond_async) are this and
    /// [`Plan::make`] together.
    ///
    /// # Errors
    ///
    /// The answer, where there is no report to make: for another path or method, a query that is malformed, and more
    /// reports than may be made at once.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated(); // in a program: cmetrics::root()
    /// let exposer = cmetrics::http::Exposer::builder().endpoint("/metrics", reg.clone()).build()?;
    /// let plan = exposer.plan(&http::Request::get("/metrics").body(()).unwrap()).expect("there is a report to make");
    /// assert_eq!(plan.registry(), reg);
    /// assert_eq!(std::thread::spawn(|| plan.make()).join().unwrap().status(), 200);
    ///
    /// let answer = exposer.plan(&http::Request::post("/metrics").body(()).unwrap()).unwrap_err();
    /// assert_eq!(answer.status(), 405);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn plan<B>(&self, request: &Request<B>) -> Result<Plan, Box<Response<Bytes>>> {
        let since = Instant::now();
        let head = request.method() == Method::HEAD;
        let instead = |answer| Box::new(shorten(answer, head));
        let endpoints = &self.inner.endpoints;
        let path = request.uri().path();
        let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.path == path) else {
            let paths = endpoints.iter().map(|endpoint| &*endpoint.path);
            return Err(instead(reply::no_such_path(path, paths)));
        };
        if !head && request.method() != Method::GET {
            return Err(instead(reply::no_such_method(request.method())));
        }
        let query = Query::read(request.uri().query().unwrap_or_default());
        let query = query.map_err(|why| instead(reply::bad_query(&why)))?;
        let slots = &self.inner.slots;
        let slot = slots.take().ok_or_else(|| instead(reply::busy(slots.most())))?;
        let verbosity = query.verbosity.unwrap_or_default().min(self.inner.max_verbosity);
        let options = ReportOptions::new().verbosity(verbosity).names(query.names);
        Ok(Plan {
            registry: endpoint.registry.clone(),
            options: if self.inner.include_self { options } else { options.no_self() },
            gzip: gzip::is_accepted(request.headers()),
            head,
            limit: plan::limit(request.headers(), self.inner.timeout),
            since,
            slot,
        })
    }
}

impl Exposer {
    pub(super) fn max_concurrent(&self) -> usize {
        self.inner.slots.most() as usize
    }
}

impl fmt::Debug for Exposer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&str> = self.inner.endpoints.iter().map(|endpoint| &*endpoint.path).collect();
        f.debug_struct("Exposer").field("endpoints", &paths).finish_non_exhaustive()
    }
}

impl ExposerBuilder {
    /// Serves `registry` and all below it at `path`, which begins with a slash and is compared as it stands in a request.
    /// Called several times, it serves several; called never, the root is at `/metrics`.
    pub fn endpoint(mut self, path: impl Into<String>, registry: Registry) -> Self {
        self.endpoints.push(Endpoint { path: path.into(), registry: Some(registry) });
        self
    }

    /// The least important priority that anyone gets to see, whatever `?verbosity=` says; [`Priority::Debug`], which is
    /// everything, unless told otherwise. Who asks for nothing gets [`Priority::Normal`], or this if it is less.
    pub fn max_verbosity(mut self, verbosity: Priority) -> Self {
        self.max_verbosity = verbosity;
        self
    }

    /// How many reports are made at once, 4 unless told otherwise; those who come then get a 503.
    pub fn max_concurrent(mut self, reports: usize) -> Self {
        self.max_concurrent = reports;
        self
    }

    /// How long a report may take, 10 seconds unless told otherwise. A scraper can ask for less.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Leaves out the library's own families, whose names begin with `cmetrics_`.
    pub fn no_self(mut self) -> Self {
        self.include_self = false;
        self
    }

    /// The exposer.
    ///
    /// # Errors
    ///
    /// [`is_invalid_argument`](Error::is_invalid_argument) for a path that begins with no slash, holds what no path in a
    /// request can, or is there twice, for `max_concurrent(0)`, and for no time at all.
    ///
    /// ```
    /// let builder = cmetrics::http::Exposer::builder().endpoint("metrics", cmetrics::root());
    /// assert!(builder.build().unwrap_err().is_invalid_argument());
    /// ```
    pub fn build(mut self) -> Result<Exposer, Error> {
        if self.endpoints.is_empty() {
            // This thread may have entered another root. Where no library is there yet, each scrape searches again.
            let root = root();
            self.endpoints.push(Endpoint { path: "/metrics".to_owned(), registry: (!root.is_noop()).then_some(root) });
        }
        for (index, Endpoint { path, .. }) in self.endpoints.iter().enumerate() {
            check_path(path)?;
            if self.endpoints[..index].iter().any(|before| before.path == *path) {
                return Err(invalid(format!("serving two registries at {path}"), path, "give each a path of its own"));
            }
        }
        if self.max_concurrent == 0 {
            return Err(invalid("serving no report at once".to_owned(), "0", "max_concurrent is 1 or more"));
        }
        if self.timeout.is_zero() {
            return Err(invalid("serving reports in no time".to_owned(), "0", "timeout is more than zero"));
        }
        let ExposerBuilder { endpoints, max_verbosity, max_concurrent, timeout, include_self } = self;
        let slots = Slots::new(max_concurrent);
        Ok(Exposer { inner: Arc::new(Inner { endpoints, max_verbosity, timeout, include_self, slots }) })
    }
}

fn check_path(path: &str) -> Result<(), Error> {
    let as_requested =
        path.parse::<http::uri::PathAndQuery>().is_ok_and(|it| it.path() == path && it.query().is_none());
    if path.starts_with('/') && as_requested {
        return Ok(());
    }
    let hint = "a path is like /metrics: a slash, then what may stand in a URL";
    Err(invalid(format!("serving at {path:?}, which is no path"), path, hint))
}

fn invalid(message: String, subject: &str, hint: &str) -> Error {
    Error::new(ErrorCode::InvalidArgument, message).with_subject(subject).with_hint(hint)
}
