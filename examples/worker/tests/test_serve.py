# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""--serve keeps the report on /metrics until Ctrl-C, in every host."""

import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from conftest import HOSTS, command, environment


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_report_stays_on_http_until_it_is_stopped(host, end, reports):
    process = subprocess.Popen(
        command(host, "--serve", "127.0.0.1:0"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        url = next(found[1] for line in process.stderr if (found := re.search(r"(http://\S+/metrics)", line.decode())))
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert answer.read() == reports[host]
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert int(answer.headers["Content-Length"]) == len(reports[host])
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=30) as answer:
            assert answer.read() == b""
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url.replace("/metrics", "/other"), timeout=30)
        assert refused.value.code == 404
        process.send_signal(end)
        out, _ = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, reports[host])
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("host", HOSTS)
def test_an_address_that_is_taken_is_named(host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            command(host, "--serve", address), env=environment(), capture_output=True, timeout=120, check=False
        )
    assert done.returncode == 2
    assert address in done.stderr.decode() and "in use" in done.stderr.decode()
