# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A service on FastAPI with its metrics at /metrics. Run it by: gunicorn --config gunicorn.conf.py app:app"""

from fastapi import FastAPI

import cmetrics

orders = cmetrics.root().child("orders")
taken = orders.counter_family("taken", "Orders that were taken.", ["item"])
running = orders.int_gauge("running", "Orders under way.")
duration = orders.duration_counter("duration", "Time to take an order.")

app = FastAPI()
app.add_route("/metrics", cmetrics.make_asgi_app())


@app.post("/orders/{item}")
@duration.time()
@running.track_inprogress()
async def order(item: str):
    taken.labels(item).inc()
    return {"item": item}
