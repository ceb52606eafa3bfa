# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A bad case is status 2 and a message that names file and line; nothing is reported."""

import json
import shutil

import pytest

from conftest import CASE, HOSTS, environment, run

METRIC = {
    "id": 0, "language": "python", "registry": "root", "kind": "counter", "name": "a", "help": "",
    "labels": {}, "priority": "normal", "flags": [],
}  # fmt: skip
KINDS = ("counter", "int_counter", "float_counter", "duration_counter", "int_gauge", "float_gauge", "duration_gauge")


def document(**changes):
    return json.dumps({"registries": {"root": []}, "metrics": [{**METRIC, **changes}]}, indent=1)


def every_kind():
    metrics = [{**METRIC, "id": i, "kind": kind, "name": f"m_{kind}"} for i, kind in enumerate(KINDS)]
    return json.dumps({"registries": {"root": []}, "metrics": metrics})


TRACES = {
    "an unknown metric": ("7,inc,1", "metric 7 is not in metrics.json, which has 7"),
    "a negative metric": ("-1,inc,1", "metric -1 is not in metrics.json"),
    "a metric that is no number": ("x,inc,1", "metric x is not in metrics.json"),
    "an unknown op": ("0,frob,1", "unknown op frob"),
    "an op of another kind": ("0,set,1", "op set does not fit kind counter"),
    "inc of a counter of amounts": ("1,inc,1", "op inc does not fit kind int_counter"),
    "dec of a duration": ("6,dec,1", "op dec does not fit kind duration_gauge"),
    "too few fields": ("0,inc", "metric,op,value is wanted"),
    "too many fields": ("0,inc,1,2", "metric,op,value is wanted"),
    "an empty line": ("", "metric,op,value is wanted"),
    "a fraction of an event": ("0,add,1.5", "1.5 is no amount for kind counter"),
    "a negative count": ("0,add,-1", "-1 is no amount for kind counter"),
    "a count beyond 64 bits": ("1,add,18446744073709551616", "18446744073709551616 is no amount for kind int_counter"),
    "a gauge beyond 64 bits": ("4,add,9223372036854775808", "9223372036854775808 is no amount for kind int_gauge"),
    "a plus sign": ("4,add,+1", "+1 is no amount for kind int_gauge"),
    "a float in another spelling": ("5,add,inf", "inf is no amount for kind float_gauge"),
    "a float that is no double": ("5,add,1e999", "1e999 is no amount for kind float_gauge"),
    "a float without digits": ("2,add,.5", ".5 is no amount for kind float_counter"),
    "inc by two": ("0,inc,2", "op inc has the value 1"),
    "remove with an amount": ("0,remove,1", "op remove has the value 0"),
    "the other system's line ends": ("0,inc,1\r", "is no amount for kind counter"),
}


def refused(host, case):
    done = run(host, case=case)
    assert (done.returncode, done.stdout) == (2, b""), done.stderr.decode()
    return done.stderr.decode()


@pytest.mark.parametrize("host", HOSTS)
def test_the_line_of_a_bad_row_is_named(host, tmp_path):
    (tmp_path / "metrics.json").write_text(every_kind())
    for what, (row, message) in TRACES.items():
        (tmp_path / "trace.csv").write_bytes(f"metric,op,value\n0,inc,1\n{row}\n".encode())
        said = refused(host, tmp_path)
        assert f"{tmp_path / 'trace.csv'}:3: " in said and message in said, f"{what}: {said}"


@pytest.mark.parametrize("host", HOSTS)
def test_a_trace_without_its_first_or_last_line_end_is_refused(host, tmp_path):
    (tmp_path / "metrics.json").write_text(document())
    for text, place in (("0,inc,1\n", 1), ("", 1), ("metric,op,value\n0,inc,1", 2), ("metric,op,value", 1)):
        (tmp_path / "trace.csv").write_text(text)
        assert f"trace.csv:{place}: " in refused(host, tmp_path), repr(text)


@pytest.mark.parametrize("host", HOSTS)
def test_bad_metrics_are_refused_with_the_offender(host, tmp_path):
    (tmp_path / "trace.csv").write_text("metric,op,value\n")
    cases = [
        (document(kind="meter"), "meter"),
        (document(language="cobol"), "cobol"),
        (document(registry="nowhere"), "nowhere"),
        (document(priority="urgent"), "urgent"),
        (document(flags=["loud"]), "loud"),
        (document(labels={"a": 1}), "metrics.json"),
        (document(id=5), "metric 0"),
        ('{"registries": {}}', "metrics"),
        ('{\n"registries":\n {,}}', "metrics.json:3:"),
    ]
    for text, offender in cases:
        (tmp_path / "metrics.json").write_text(text)
        said = refused(host, tmp_path)
        assert "metrics.json" in said and offender in said, said


@pytest.mark.parametrize("host", HOSTS)
def test_a_missing_file_is_named(host, tmp_path):
    assert f"{tmp_path / 'metrics.json'}: cannot be read: No such file" in refused(host, tmp_path)
    shutil.copy(CASE / "metrics.json", tmp_path)
    assert f"{tmp_path / 'trace.csv'}: cannot be read: No such file" in refused(host, tmp_path)
    (tmp_path / "trace.csv").mkdir()
    assert f"{tmp_path / 'trace.csv'}: cannot be read: Is a directory" in refused(host, tmp_path)


@pytest.mark.parametrize("host", HOSTS)
def test_a_case_without_updates_is_a_report_of_zeros(host, tmp_path):
    (tmp_path / "metrics.json").write_text(document())
    (tmp_path / "trace.csv").write_text("metric,op,value\n")
    done = run(host, case=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"# HELP a_total \n# TYPE a_total counter\na_total 0\n")


@pytest.mark.parametrize("host", HOSTS)
def test_bad_arguments_are_refused(host):
    for wrong in (["--threads", "0"], ["--threads", "x"], ["--verbosity", "loud"], ["--serve", "nowhere"], ["--frob"]):
        done = run(host, *wrong)
        assert (done.returncode, done.stdout) == (2, b""), (wrong, done.stderr.decode())
        assert wrong[0] in done.stderr.decode()


@pytest.mark.parametrize("host", HOSTS)
def test_a_file_that_is_no_plugin_is_named(host, tmp_path):
    option = "--rust-plugin" if host == "cpp" else "--cpp-plugin"
    text = tmp_path / "plugin.so"
    text.write_text("not a library")
    done = run(host, option, str(text))
    assert (done.returncode, done.stdout) == (1, b"")
    assert str(text) in done.stderr.decode()


@pytest.mark.parametrize("host", [host for host in HOSTS if host != "python"])
def test_an_embedded_python_without_the_wheel_says_what_to_set(host, tmp_path):
    done = run(host, env=environment(WORKER_SITE_PACKAGES=str(tmp_path)))
    assert (done.returncode, done.stdout) == (1, b"")
    assert "cannot import cmetrics" in done.stderr.decode() and "WORKER_SITE_PACKAGES" in done.stderr.decode()


@pytest.mark.skipif("rust" not in HOSTS, reason="the Rust host is not among WORKER_HOSTS")
def test_a_rust_host_without_libpython_names_the_package(tmp_path):
    done = run("rust", env=environment(WORKER_LIBPYTHON=str(tmp_path / "libpython3.so")))
    assert (done.returncode, done.stdout) == (1, b"")
    assert "libpython3-dev" in done.stderr.decode()
