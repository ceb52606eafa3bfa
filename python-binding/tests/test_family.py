# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Label families: one name, a metric per combination of values."""

from __future__ import annotations

from datetime import timedelta

import pytest

import cmetrics

from .reading import lines


def test_values_are_given_in_order_or_by_name(registry: cmetrics.Registry) -> None:
    requests = registry.counter_family("requests", "Requests so far", ["method", "path"])
    requests.labels("GET", "/").inc()
    requests.labels(path="/", method="GET").inc()
    requests.labels("GET", path="/").inc()
    requests.labels("PUT", "/").inc()
    assert lines(registry) == ['requests_total{method="GET",path="/"} 3', 'requests_total{method="PUT",path="/"} 1']


def test_values_pass_through_str(registry: cmetrics.Registry) -> None:
    errors = registry.counter_family("errors", "", ["code"])
    for value in (500, "500", 1, True, 1.0, None):
        errors.labels(value).inc()
    assert lines(registry) == [
        'errors_total{code="1"} 1',
        'errors_total{code="1.0"} 1',
        'errors_total{code="500"} 2',
        'errors_total{code="None"} 1',
        'errors_total{code="True"} 1',
    ]


def test_a_subclass_of_str_counts_as_what_str_makes_of_it(registry: cmetrics.Registry) -> None:
    class Shouting(str):
        def __str__(self) -> str:
            return self.upper()

    errors = registry.counter_family("errors", "", ["kind"])
    errors.labels("io").inc()
    errors.labels(Shouting("io")).inc()
    assert lines(registry) == ['errors_total{kind="IO"} 1', 'errors_total{kind="io"} 1']


def test_the_same_values_are_the_same_metric(registry: cmetrics.Registry) -> None:
    errors = registry.counter_family("errors", "", ["kind"])
    assert errors.labels("io") == errors.labels(kind="io") == registry.counter("errors", labels={"kind": "io"})
    assert errors.labels("io") != errors.labels("net")


def test_every_kind_has_families(registry: cmetrics.Registry) -> None:
    registry.counter_family("a", "h", ["l"]).labels("x").inc()
    registry.int_counter_family("b", "h", ["l"]).labels("x").add(2)
    registry.float_counter_family("c", "h", ["l"], total_only=True).labels("x").add(0.5)
    registry.duration_counter_family("d", "h", ["l"]).labels("x").add(timedelta(seconds=1))
    registry.int_gauge_family("e", "h", ["l"]).labels("x").set(-4)
    registry.float_gauge_family("f", "h", ["l"]).labels("x").set(1.25)
    registry.duration_gauge_family("g", "h", ["l"]).labels("x").set_ns(1)
    assert lines(registry) == [
        'a_total{l="x"} 1',
        'b_sum{l="x"} 2',
        'b_count{l="x"} 1',
        'c_total{l="x"} 0.5',
        'd_seconds_sum{l="x"} 1',
        'd_seconds_count{l="x"} 1',
        'e{l="x"} -4',
        'f{l="x"} 1.25',
        'g_seconds{l="x"} 0.000000001',
    ]
    assert "# HELP a_total h\n" in registry.render()


def test_options_apply_to_every_member(registry: cmetrics.Registry) -> None:
    steps = registry.counter_family(
        "steps", "Steps", ["phase"], labels={"engine": "0"}, priority="debug", unit="steps", verbatim=True
    )
    member = steps.labels("decode")
    member.inc()
    assert lines(registry) == ['steps{engine="0",phase="decode"} 1']
    assert (member.priority, member.unit, member.help) == (cmetrics.Priority.DEBUG, "steps", "Steps")
    assert registry.render(include_self=False) == ""


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        (("GET",), {}),
        (("GET", "/", "x"), {}),
        (("GET",), {"verb": "x"}),
        (("GET", "/"), {"path": "/"}),
        (("GET",), {"method": "PUT"}),
        ((), {"method": "GET"}),
    ],
)
def test_wrong_values_name_the_family_and_its_labels(
    registry: cmetrics.Registry, values: tuple[str, ...], named: dict[str, str]
) -> None:
    requests = registry.counter_family("requests", "", ["method", "path"])
    for verb in (requests.labels, requests.remove):
        with pytest.raises(ValueError, match="requests") as caught:
            verb(*values, **named)
        assert isinstance(caught.value, cmetrics.InvalidArgumentError)
        assert "method, path" in str(caught.value)


def test_a_member_can_be_removed(registry: cmetrics.Registry) -> None:
    errors = registry.counter_family("errors", "", ["kind"])
    old = errors.labels("io")
    old.inc(5)
    errors.remove("io")
    assert lines(registry) == []
    assert not old.attached
    old.inc()
    new = errors.labels("io")
    new.inc()
    assert new != old
    assert lines(registry) == ['errors_total{kind="io"} 1']
    errors.remove(kind="io")
    assert lines(registry) == []


def test_removing_what_is_not_there_is_a_lookup_error(registry: cmetrics.Registry) -> None:
    errors = registry.counter_family("errors", "", ["kind"])
    with pytest.raises(LookupError) as caught:
        errors.remove("never")
    assert isinstance(caught.value, cmetrics.NotFoundError)


def test_what_someone_else_removed_starts_again(registry: cmetrics.Registry) -> None:
    engine = registry.child("engine")
    errors = registry.counter_family("errors", "", ["kind"])
    errors.labels("io").inc(5)
    registry.remove(errors.labels("io"))
    errors.labels("io").inc()
    assert lines(registry) == ['errors_total{kind="io"} 1']
    steps = engine.counter_family("steps", "", ["phase"])
    steps.labels("decode").inc()
    engine.remove_all()
    with pytest.raises(cmetrics.GoneError):
        steps.labels("decode")


def test_many_members_come_and_go(registry: cmetrics.Registry) -> None:
    sessions = registry.int_gauge_family("session_tokens", "", ["session"])
    for number in range(1000):
        sessions.labels(number).set(number)
        if number % 10:
            sessions.remove(number)
    assert len(lines(registry)) == 100


def test_labelnames_are_checked_at_once(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="labelnames"):
        registry.counter_family("a", "", "kind")
    with pytest.raises(ValueError, match="kind"):
        registry.counter_family("a", "", ["kind", "kind"])
    with pytest.raises(ValueError, match="kind"):
        registry.counter_family("a", "", ["kind"], labels={"kind": "x"})


@pytest.mark.parametrize("name", ["", "0", "a b", "le", "quantile", "__x", "é", "x" * 257])
def test_a_bad_label_name_is_refused(registry: cmetrics.Registry, name: str) -> None:
    with pytest.raises(cmetrics.InvalidArgumentError):
        registry.counter_family("a", "", [name]).labels("x")


def test_a_family_without_label_names_has_one_member(registry: cmetrics.Registry) -> None:
    registry.counter_family("a").labels().inc()
    assert lines(registry) == ["a_total 1"]


def test_it_tells_what_it_is(registry: cmetrics.Registry) -> None:
    requests = registry.counter_family("requests", "", ["method", "path"])
    assert requests.name == "requests"
    assert requests.labelnames == ("method", "path")
    assert repr(requests) == "<cmetrics.Family requests{method,path} of counter>"
    assert repr(cmetrics.Family[cmetrics.Counter]) == "cmetrics.Family[cmetrics.Counter]"
