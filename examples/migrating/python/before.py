# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A queue of orders on FastAPI, measured by prometheus_client. after.py is the same, measured by cmetrics.

Run it by: uvicorn before:app
"""

from collections import deque

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

# [make]
from prometheus_client import Counter, Gauge, Histogram, make_asgi_app

requests = Counter("shop_requests", "Requests that were answered.", ["method", "path", "status"])
errors = Counter("shop_errors", "Requests that were refused, by type.", ["type"])
in_progress = Gauge("shop_requests_in_progress", "Requests under way.")
duration = Histogram("shop_request_duration_seconds", "Time to answer a request.")
sent = Counter("shop_sent_bytes", "Bytes of answers.")
waiting = Gauge("shop_orders_waiting", "Orders in the queue.")

app = FastAPI()
app.mount("/metrics", make_asgi_app())
# [/make]
orders: deque = deque()


# [use]
def answer(method, path, work):
    with in_progress.track_inprogress(), duration.time():
        try:
            status, body = 200, work()
        except (LookupError, ValueError) as error:
            status, body = 409, type(error).__name__
            errors.labels(body).inc()
        requests.labels(method, path, status).inc()
        sent.inc(len(body.encode()))
        return PlainTextResponse(body, status)


# [/use]


@app.post("/orders/{item}")
async def order(item: str):
    def work():
        if item == "milk":
            raise ValueError(item)
        orders.append(item)
        waiting.set(len(orders))
        return item

    return answer("POST", "/orders/{item}", work)


@app.delete("/orders")
async def serve():
    def work():
        item = orders.popleft()
        waiting.set(len(orders))
        return item

    return answer("DELETE", "/orders", work)
