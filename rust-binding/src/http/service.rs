// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Answers for async servers: reports are made on threads that may block.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;

use super::plan::{shorten, Plan};
use super::{reply, Exposer};

/// What a mounted [`Exposer`] answers with.
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture {
    inner: Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>,
}

impl Exposer {
    /// The answer to a request, for async functions. The report is made on one of Tokio's threads for blocking work, so
    /// that other tasks run meanwhile; past the deadline the answer is a 503, even if a collector does not return. The
    /// latter keeps one of `max_concurrent` until it does.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime whose timer is on, as `#[tokio::main]`'s is.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), cmetrics::Error> {
    /// let exposer = cmetrics::http::Exposer::builder().build()?;
    /// let request = http::Request::get("/metrics?verbosity=loud").body(()).unwrap();
    /// assert_eq!(exposer.respond_async(&request).await.status(), 400);
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond_async<B>(&self, request: &Request<B>) -> impl Future<Output = Response<Bytes>> + Send + use<B> {
        // What the request says is read now: the future needs it no more.
        answer(self.plan(request))
    }
}

async fn answer(planned: Result<Plan, Box<Response<Bytes>>>) -> Response<Bytes> {
    let plan = match planned {
        Ok(plan) => plan,
        Err(answer) => return *answer,
    };
    let (limit, head) = (plan.limit, plan.head);
    let making = tokio::task::spawn_blocking(|| plan.make());
    match tokio::time::timeout(limit, making).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => shorten(reply::broken("its thread panicked; the program's log has more"), head),
        Err(_) => shorten(reply::too_late(limit.as_secs_f64()), head),
    }
}

impl<B> tower_service::Service<Request<B>> for Exposer {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let answering = answer(self.plan(&request));
        ResponseFuture { inner: Box::pin(async move { answering.await.map(Full::new) }) }
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.inner.as_mut().poll(context).map(Ok)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
