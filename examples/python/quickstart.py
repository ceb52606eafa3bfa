# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Counts and times a few requests, then prints the report. Needs the wheel: pip install cmetrics."""

import cmetrics

reg = cmetrics.root().child("shop", labels={"zone": "eu"})
requests = reg.counter("requests", "Requests served", labels={"endpoint": "generate"})
errors = reg.counter_family("errors", "Requests that failed, by type", labelnames=["error_type"])
latency = reg.duration_counter("request_duration", "Time spent on requests")
inflight = reg.int_gauge("inflight_requests", "Requests under way")


@latency.time()
def serve(tokens):
    inflight.inc()
    try:
        requests.inc()
        return 100 // tokens
    except ZeroDivisionError:
        errors.labels("zero_tokens").inc()
    finally:
        inflight.dec()


for tokens in (1, 2, 0):
    serve(tokens)

# Any other part of this process, in whatever language, gets the same metric by the same name and labels.
assert cmetrics.root().counter("shop_requests_total", labels={"endpoint": "generate", "zone": "eu"}) == requests
print(cmetrics.render(), end="")
