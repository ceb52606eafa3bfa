# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The report over HTTP, for all three hosts."""

import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cmetrics


def split_address(address):
    """ADDR as host and port: 127.0.0.1:9400, [::1]:9400, or :9400 for this machine alone. Raises ValueError."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"--serve {address}: HOST:PORT is wanted, for instance 127.0.0.1:9400")
    return host.strip("[]") or "127.0.0.1", int(port)


def serve(address, verbosity, include_self):
    """Answers http://ADDR/metrics with a report made anew, until Ctrl-C or a SIGTERM. Port 0 takes a free one."""
    host, port = split_address(address)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404, "the report is at /metrics")
                return
            body = cmetrics.generate_latest(verbosity=verbosity, include_self=include_self)
            self.send_response(200)
            self.send_header("Content-Type", cmetrics.content_type())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    def stop(*_):
        raise KeyboardInterrupt

    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise ValueError(f"--serve {address}: {error.strerror or error}") from None
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    shown = f"[{host}]" if ":" in host else host
    with server:
        try:
            print(
                f"worker: the report stays on http://{shown}:{server.server_port}/metrics until Ctrl-C",
                file=sys.stderr,
                flush=True,
            )
            server.serve_forever()
        except KeyboardInterrupt:
            print("worker: stopped", file=sys.stderr, flush=True)
