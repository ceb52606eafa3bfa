# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``prometheus_client`` and cmetrics side by side, in both directions, at once if need be.

:func:`attach` tells what one of its registries holds in our reports. :class:`CmetricsCollector` tells what we hold in
its reports. Neither tells a family that the other side defines.

>>> import cmetrics, prometheus_client
>>> from cmetrics.bridge.prometheus_client import CmetricsCollector, attach
>>> theirs = prometheus_client.CollectorRegistry()
>>> prometheus_client.Gauge("queue_depth", "Jobs that wait", registry=theirs).set(3)
>>> cmetrics.root().counter("requests", "Requests so far").inc()
>>> attached = attach(theirs)
>>> theirs.register(CmetricsCollector())
>>> print(cmetrics.render(), end="")
# HELP queue_depth Jobs that wait
# TYPE queue_depth gauge
queue_depth 3
# HELP requests_total Requests so far
# TYPE requests_total counter
requests_total 1
>>> print(prometheus_client.generate_latest(theirs).decode(), end="")
# HELP queue_depth Jobs that wait
# TYPE queue_depth gauge
queue_depth 3.0
# HELP requests_total Requests so far
# TYPE requests_total counter
requests_total 1.0
>>> attached.detach()
"""

from ._attach import Attached, attach
from ._collector import CmetricsCollector

__all__ = ["Attached", "CmetricsCollector", "attach"]
