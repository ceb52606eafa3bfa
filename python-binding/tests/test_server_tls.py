# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The native server over TLS: who is served, and what is said of files that are of no use."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

import cmetrics

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="there is no openssl here (Debian: apt-get install openssl)")
NEW = ("req", "-newkey", "rsa:2048", "-nodes")
# What clients ask for that go by the letter, as Python 3.13 does.
AUTHORITY = ("-x509", "-days", "2", "-subj", "/CN=authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
ISSUED = """
subjectAltName = DNS:localhost
basicConstraints = critical, CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def openssl(*arguments: str, folder: Path) -> None:
    done = subprocess.run([OPENSSL or "", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def issue(folder: Path) -> Path:
    """Make an authority, and a server's and a client's certificate that it issued."""
    folder.mkdir()
    (folder / "issued.txt").write_text(ISSUED)
    openssl(*NEW, *AUTHORITY, "-keyout", "ca.key", "-out", "ca.crt", folder=folder)
    for name in ("server", "client"):
        openssl(*NEW, "-subj", "/CN=localhost", "-keyout", f"{name}.key", "-out", f"{name}.csr", folder=folder)
        by = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "issued.txt")
        openssl("x509", "-req", "-days", "2", "-in", f"{name}.csr", "-out", f"{name}.crt", *by, folder=folder)
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issue(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issue(tmp_path_factory.mktemp("tls") / "strange")


def ask(port: int, files: Path, identity: Path | None = None) -> int:
    """Return the status of a request over TLS, as a client who trusts the authority and may have a certificate."""
    context = ssl.create_default_context(cafile=str(files / "ca.crt"))
    if identity is not None:
        context.load_cert_chain(identity / "client.crt", identity / "client.key")
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=60)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_report_comes_over_tls_alone(files: Path, strange: Path) -> None:
    with cmetrics.start_http_server(0, "127.0.0.1", None, files / "server.crt", str(files / "server.key")) as server:
        assert server.url == f"https://127.0.0.1:{server.port}"
        assert ask(server.port, files) == 200
        with pytest.raises(ssl.SSLError):
            ask(server.port, strange)
        plain = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        plain.request("GET", "/metrics")
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            plain.getresponse()
        plain.close()
        assert ask(server.port, files) == 200


def test_mutual_tls_serves_those_that_the_authority_knows(files: Path, strange: Path) -> None:
    certificate = {"certfile": files / "server.crt", "keyfile": files / "server.key"}
    with cmetrics.start_http_server(0, "127.0.0.1", client_cafile=files / "ca.crt", **certificate) as server:
        assert ask(server.port, files, identity=files) == 200
        for nobody in (None, strange):
            with pytest.raises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
                ask(server.port, files, identity=nobody)
        assert ask(server.port, files, identity=files) == 200


def test_certificate_and_key_may_be_one_file(files: Path) -> None:
    both = files / "both.pem"
    both.write_text((files / "server.key").read_text() + (files / "server.crt").read_text())
    with cmetrics.start_http_server(0, "127.0.0.1", certfile=both) as server:
        assert ask(server.port, files) == 200


def test_files_that_are_of_no_use_are_named_with_the_cure(files: Path) -> None:
    certificate, key = files / "server.crt", files / "server.key"

    def check(error: type[Exception], words: list[str], **given: Path) -> None:
        with pytest.raises(error) as caught:
            cmetrics.start_http_server(0, "127.0.0.1", **given)  # type: ignore[arg-type]
        for word in words:
            assert word in str(caught.value)

    missing, invalid = files / "missing.pem", cmetrics.InvalidArgumentError
    check(FileNotFoundError, ["missing.pem", "certificate", "PEM"], certfile=missing, keyfile=key)
    check(FileNotFoundError, ["missing.pem", "key", "PEM"], certfile=certificate, keyfile=missing)
    check(FileNotFoundError, ["missing.pem", "authority"], certfile=certificate, keyfile=key, client_cafile=missing)
    check(invalid, ["holds no private key"], certfile=certificate)
    check(invalid, ["client.key", "belong together"], certfile=certificate, keyfile=files / "client.key")
    check(invalid, ["keyfile", "certfile"], keyfile=key)
    check(invalid, ["client_cafile", "certfile"], client_cafile=certificate)
    noise = files / "noise.pem"
    noise.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    check(invalid, ["noise.pem", "of no use"], certfile=noise, keyfile=key)
