# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Sends what is pushed, and says why where it did not arrive."""

from __future__ import annotations

import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, NoReturn

# How much of what a Pushgateway says against a push is shown.
_MOST_SAID = 1000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The one in urllib repeats a POST as a GET, which pushes nothing and looks well."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - nothing of it is looked at
        return None


def send(url: str, method: str, timeout: float | None, headers: Sequence[tuple[str, str]], data: bytes) -> None:
    """Send a request and wait for its answer. Raises ``OSError`` for any answer but a success."""
    request = urllib.request.Request(url, data=data or None, method=method, headers=dict(headers))  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=timeout):
            pass
    except urllib.error.HTTPError as refused:
        with refused:
            said = refused.read(_MOST_SAID).decode("utf-8", "replace").strip()
        where = f", location {refused.headers['Location']}" if 300 <= refused.code < 400 else ""
        raise OSError(
            f"{method} {url} was answered {refused.code} {refused.reason}{where}: {said or 'nothing else was said'}"
        ) from refused
    except urllib.error.URLError as failed:
        _raise_unsent(method, url, failed.reason, failed)
    except (OSError, http.client.HTTPException) as failed:
        _raise_unsent(method, url, failed, failed)


def _raise_unsent(method: str, url: str, why: object, cause: BaseException) -> NoReturn:
    message = f"{method} {url} got no answer: {why}; is a Pushgateway there, and can it be reached from here?"
    # Until Python 3.9 these are two.
    if isinstance(why, (TimeoutError, socket.timeout)):
        raise TimeoutError(message) from cause
    number = why.errno if isinstance(why, OSError) else None
    raise (OSError(message) if number is None else OSError(number, message)) from cause
