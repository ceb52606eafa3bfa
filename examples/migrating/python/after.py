# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A queue of orders on FastAPI, measured by cmetrics. before.py is the same, measured by prometheus_client.

Run it by: uvicorn after:app
"""

from collections import deque

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

# [make]
from cmetrics import make_asgi_app, root

requests = root().counter_family("shop_requests", "Requests that were answered.", ["method", "path", "status"])
errors = root().counter_family("shop_errors", "Requests that were refused, by type.", ["type"])
in_progress = root().int_gauge("shop_requests_in_progress", "Requests under way.")
duration = root().duration_counter("shop_request_duration", "Time to answer a request.")
sent = root().counter("shop_sent_bytes", "Bytes of answers.")
waiting = root().int_gauge("shop_orders_waiting", "Orders in the queue.")

app = FastAPI()
app.add_route("/metrics", make_asgi_app())
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
