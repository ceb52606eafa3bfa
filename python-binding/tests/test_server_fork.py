# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A server stays its process's: children of fork neither hang, nor serve twice, nor keep the port."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

import cmetrics

from .serving import ask

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


def served(
    registry: cmetrics.Registry, server: cmetrics.ServerHandle, pipe: multiprocessing.connection.Connection
) -> None:
    registry.counter("jobs").inc(10)
    began = time.monotonic()
    server.stop()
    server.stop()
    waited = time.monotonic() - began
    with cmetrics.start_http_server(0, "127.0.0.1", registry) as own:
        # Through the sockets: the parent's server is the parent's, this one is the child's.
        told = ask(server.port).text, ask(own.port).text
        pipe.send((waited, own.port, told))
        assert pipe.recv() == "go"
    pipe.close()


def test_a_child_has_a_server_of_its_own_and_leaves_the_parents_alone(registry: cmetrics.Registry) -> None:
    registry.counter("jobs").inc(5)
    context = multiprocessing.get_context("fork")
    with cmetrics.start_http_server(0, "127.0.0.1", registry) as server:
        assert ask(server.port).status == 200
        here, there = context.Pipe()
        child = context.Process(target=served, args=(registry, server, there))
        child.start()
        waited, port, (parents, own) = here.recv()
        assert waited < 1
        assert "jobs_total 5\n" in parents
        assert "jobs_total 15\n" in own
        assert port != server.port
        assert "jobs_total 15\n" in ask(port).text
        assert "jobs_total 5\n" in ask(server.port).text
        here.send("go")
        child.join(30)
        assert child.exitcode == 0
        assert "jobs_total 5\n" in ask(server.port).text


def end(pipe: multiprocessing.connection.Connection) -> None:
    pipe.send(cmetrics.render().count("\n") > 0)


def test_children_forked_amid_scrapes_end_as_they_should(registry: cmetrics.Registry) -> None:
    cmetrics.root().counter("jobs").inc()
    registry.register_collector(list)
    stop = threading.Event()
    context = multiprocessing.get_context("fork")
    with cmetrics.start_http_server(0, "127.0.0.1", registry) as server:

        def scrape() -> None:
            while not stop.is_set():
                assert ask(server.port).status == 200

        threads = [threading.Thread(target=scrape) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(20):
                here, there = context.Pipe(duplex=False)
                child = context.Process(target=end, args=(there,))
                child.start()
                assert here.poll(30)
                assert here.recv()
                child.join(30)
                assert child.exitcode == 0
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert ask(server.port).status == 200


KILLED = """
import os, sys, time
import cmetrics
server = cmetrics.start_http_server(0, "127.0.0.1")
child = os.fork()
if child == 0:
    print(os.getpid(), server.port, flush=True)
    time.sleep(120)
    os._exit(0)
time.sleep(120)
"""


def test_the_port_of_a_parent_that_is_killed_is_free(registry: cmetrics.Registry) -> None:
    command = [sys.executable, "-W", "ignore", "-c", KILLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child, port = map(int, parent.stdout.readline().split())
        try:
            assert ask(port).status == 200
            parent.kill()
            parent.wait(30)
            os.kill(child, 0)  # it lives
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            with cmetrics.start_http_server(port, "127.0.0.1", registry):
                assert ask(port).status == 200
        finally:
            os.kill(child, signal.SIGKILL)
