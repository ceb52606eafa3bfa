# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports for a Pushgateway, from jobs that end before they are scraped."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Optional
from urllib.parse import quote, urlsplit

from ._cmetrics import content_type, generate_latest
from ._errors import InvalidArgumentError

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

    from ._cmetrics import Registry
    from ._metrics import _PriorityLike

# What sends a request: that of prometheus_client, so that its handlers for authentication serve here too. It takes url,
# method, timeout, headers and data, and returns a function that sends.
Handler: TypeAlias = Callable[[str, str, Optional[float], list[tuple[str, str]], bytes], Callable[[], None]]

_LABEL = re.compile("[a-zA-Z_][a-zA-Z0-9_]*")


def default_handler(
    url: str, method: str, timeout: float | None, headers: Sequence[tuple[str, str]], data: bytes
) -> Callable[[], None]:
    """Return what sends a request by ``urllib``, through proxies where the environment names them."""

    def send() -> None:
        # It loads much, of which programs that push nothing have no use.
        from ._send import send

        send(url, method, timeout, headers, data)

    return send


def push_to_gateway(
    gateway: str,
    job: str,
    registry: Registry | None = None,
    grouping_key: Mapping[str, object] | None = None,
    timeout: float | None = 30,
    handler: Handler = default_handler,
    *,
    verbosity: _PriorityLike = "normal",
    names: Iterable[str] | None = None,
    include_self: bool = True,
) -> None:
    """Replace all metrics of a group in a Pushgateway by the report of ``registry``, or of the root.

    ``gateway`` is ``HOST:PORT`` or a URL. The group is ``job`` and the labels of ``grouping_key``, whose values pass
    through ``str``. ``timeout`` is how many seconds the Pushgateway may take to answer; ``None`` is without limit.
    ``handler`` sends the request: those of ``prometheus_client`` do, for instance ``basic_auth_handler`` and
    ``tls_auth_handler``. ``verbosity``, ``names`` and ``include_self`` are those of :func:`generate_latest`.

    Raises ``OSError`` that says what the Pushgateway answered, or why it could not be reached (``TimeoutError``,
    ``ConnectionRefusedError`` and so on); ``InvalidArgumentError`` (a ``ValueError``) for a group that is none.

    >>> cmetrics.root().counter("jobs").inc()
    >>> try:
    ...     cmetrics.push_to_gateway("127.0.0.1:1", "nightly", grouping_key={"instance": "a/b"})
    ... except OSError as error:
    ...     print(error)
    [Errno 111] PUT http://127.0.0.1:1/metrics/job/nightly/instance@base64/YS9i got no answer: ...
    """
    _push("PUT", gateway, job, registry, grouping_key, timeout, handler, verbosity, names, include_self)


def pushadd_to_gateway(
    gateway: str,
    job: str,
    registry: Registry | None = None,
    grouping_key: Mapping[str, object] | None = None,
    timeout: float | None = 30,
    handler: Handler = default_handler,
    *,
    verbosity: _PriorityLike = "normal",
    names: Iterable[str] | None = None,
    include_self: bool = True,
) -> None:
    """Replace those metrics of a group that the report has, and leave its others; else as :func:`push_to_gateway`.

    >>> sent = []
    >>> def handler(url, method, timeout, headers, data):
    ...     return lambda: sent.append((method, url))
    >>> cmetrics.pushadd_to_gateway("gateway:9091", "nightly", grouping_key={"rank": 0}, handler=handler)
    >>> sent
    [('POST', 'http://gateway:9091/metrics/job/nightly/rank/0')]
    """
    _push("POST", gateway, job, registry, grouping_key, timeout, handler, verbosity, names, include_self)


def delete_from_gateway(
    gateway: str,
    job: str,
    grouping_key: Mapping[str, object] | None = None,
    timeout: float | None = 30,
    handler: Handler = default_handler,
) -> None:
    """Delete a group with all its metrics from a Pushgateway; its arguments are those of :func:`push_to_gateway`.

    >>> sent = []
    >>> def handler(url, method, timeout, headers, data):
    ...     return lambda: sent.append((method, url))
    >>> cmetrics.delete_from_gateway("https://gateway/behind", "nightly", handler=handler)
    >>> sent
    [('DELETE', 'https://gateway/behind/metrics/job/nightly')]
    """
    handler(_url(gateway, job, grouping_key), "DELETE", timeout, [], b"")()


def _push(
    method: str,
    gateway: str,
    job: str,
    registry: Registry | None,
    grouping_key: Mapping[str, object] | None,
    timeout: float | None,
    handler: Handler,
    verbosity: _PriorityLike,
    names: Iterable[str] | None,
    include_self: bool,
) -> None:
    url = _url(gateway, job, grouping_key)
    report = generate_latest(registry, verbosity, names, include_self)
    handler(url, method, timeout, [("Content-Type", content_type())], report)()


def _url(gateway: str, job: str, grouping_key: Mapping[str, object] | None) -> str:
    if urlsplit(gateway).scheme not in ("http", "https"):
        gateway = f"http://{gateway}"
    if not job:
        raise InvalidArgumentError("a group without a job", code="INVALID_ARGUMENT", subject="job", hint="name the job")
    labels = [("job", job)]
    for name, value in (grouping_key or {}).items():
        if name == "job" or not _LABEL.fullmatch(name):
            hint = "the job is an argument of its own" if name == "job" else "use letters, digits and underscores"
            message = f"{name!r} cannot be a label of the grouping key"
            raise InvalidArgumentError(message, code="INVALID_ARGUMENT", subject=name, hint=hint)
        labels.append((name, str(value)))
    return f"{gateway.rstrip('/')}/metrics/" + "/".join(f"{name}{_escape(value)}" for name, value in labels)


def _escape(value: str) -> str:
    """Return what follows a label's name in the path; what no path can hold is base64, as a Pushgateway reads it."""
    if value == "":
        return "@base64/="
    if "/" in value or value in (".", ".."):
        return "@base64/" + base64.urlsafe_b64encode(value.encode()).decode()
    return "/" + quote(value, safe="")
