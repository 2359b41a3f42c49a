"""Prove that rule packs are checked before they run and mean the same for one row and for many."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.errors import RulePackFault
from tidewaiter.stages import screen
from tidewaiter.stages.screen._conditions import ConditionFault, compile_condition, evaluator

RULE = """
[[rule]]
id = "{id}"
title = "A title"
message = "{message}"
condition = "{condition}"
weight = 0.5
severity = "low"
source = "A source"
owner = "an owner"
valid_from = {valid_from}
{more}
review = 2030-01-01
"""
HEAD = '[pack]\nid = "test"\ntitle = "Test"\nedition = "1"\n'
KINDS = {"a": "number", "b": "number", "t": "text", "u": "text", "q": "truth"}


def pack_of(condition: str = "mass > 1", **rest: Any) -> screen.RulePack:
    """Return a pack of one rule."""
    values = {"id": "AAA-001", "message": "It weighs {mass} kg.", "valid_from": "2020-01-01", "more": ""} | rest
    return screen.read_pack(HEAD + RULE.format(condition=condition, **values), "test.toml")


def the_shipped_pack_has_twenty_rules_and_more_each_with_its_source() -> None:
    pack = screen.load_pack()
    assert len(pack.rules) >= 20
    assert all(rule.source and rule.owner and rule.title and "{" in rule.message for rule in pack.rules)
    assert len({rule.title for rule in pack.rules}) == len(pack.rules)
    assert all(rule.review > rule.valid_from for rule in pack.rules)


def an_unknown_feature_is_refused_with_the_file_the_rule_and_the_nearest_name() -> None:
    with pytest.raises(RulePackFault, match=r"test\.toml, rule AAA-001: there is no feature 'prize_z'.*'price_z'"):
        pack_of("prize_z < -2")
    with pytest.raises(RulePackFault, match=r"rule AAA-001: .*'\"mas\"'.*'mass'"):
        pack_of(message="It weighs {mas} kg.")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("mass >", "cannot be parsed"),
        ("mass + 1", "is a number, not something true or false"),
        ("mass > 'a'", "is a text where a number is needed"),
        ("mass > 1 AND origin", "is a text where a truth is needed"),
        ("origin > 'A'", "only numbers have an order"),
        ("sleep(10) > 1", "not on the list"),
        ("mass > (SELECT 1)", "not on the list"),
        ("mass IN (SELECT 1)", "takes a list"),
        ("mass IN (1, NULL)", "not on the list"),
        ("transhipped IS TRUE", "only IS NULL"),
        ("items.mass > 1", "there is no feature"),
        ("origin LIKE 'A%'", "not on the list"),
        ("CAST(mass AS INTEGER) > 1", "not on the list"),
        ("mass > 1e999", "too large"),
        (" AND ".join(["mass > 1"] * 200), "parts"),
        ("true; DROP TABLE x", "cannot be parsed|not on the list"),
        ("@", "missing"),
        ("(" * 1_500 + "TRUE" + ")" * 1_500, "cannot be parsed|parts"),
        ("mass > 1" + " " * 5_000, "5,008 characters"),
        ("mass > 1_0e", "there is no feature|cannot be parsed|no number|not on the list"),
    ],
)
def a_condition_outside_the_closed_list_is_refused(condition: str, reason: str) -> None:
    with pytest.raises(RulePackFault, match=reason) as caught:
        pack_of(condition)
    assert "AAA-001" in caught.value.sentence
    assert caught.value.remedy


def a_pack_that_is_not_toml_or_not_there_is_refused(tmp_path: Any) -> None:
    with pytest.raises(RulePackFault, match="is not valid TOML"):
        screen.read_pack("[pack", "test.toml")
    with pytest.raises(RulePackFault, match="cannot be read"):
        screen.load_pack(tmp_path / "none.toml")


def a_rule_that_says_too_little_or_twice_the_same_is_refused() -> None:
    with pytest.raises(RulePackFault, match=r"rule AAA-001: .*colour"):
        pack_of(more='colour = "red"')
    with pytest.raises(RulePackFault, match=r"rule aaa: "):
        pack_of(id="aaa")
    with pytest.raises(RulePackFault, match="ends before it begins"):
        pack_of(more="valid_to = 2019-01-01")
    body = RULE.format(id="AAA-001", message="", condition="mass > 1", valid_from="2020-01-01", more="")
    with pytest.raises(RulePackFault, match="AAA-001 twice"):
        screen.read_pack(HEAD + body + body, "test.toml")


def a_rule_hits_only_on_the_days_it_holds(past: Any) -> None:
    pack = pack_of("mass > 1", valid_from="2024-02-02", more="valid_to = 2024-02-03")
    days = [date(2024, 2, day) for day in (1, 2, 3, 4)]
    rows = [past.goods(f"R{day}", day) for day in days]
    past.items.clear()
    frame = screen.feature_frame(past.engine, past.table(*rows), past.profiles())
    assert pack.hit_frame(past.engine, frame).column("AAA-001").to_pylist() == [False, True, True, False]
    features = frame.to_pylist()
    assert [pack.evaluate(row, row["as_of"]) for row in features] == [[], ["AAA-001"], ["AAA-001"], []]


def the_shipped_rules_hit_the_same_rows_one_by_one_and_in_bulk(past: Any) -> None:
    pack = screen.load_pack()
    for number in range(60):
        day = date(2024, 1, 1 + number % 28)
        past.goods(
            f"R{number}",
            day,
            value=[10.0, 5000.0, 80.0, None][number % 4],
            net_kg=[1.0, 100.0, 7.5][number % 3],
            departure=["IT", "CN", None][number % 3],
            duty_rate=[0.0, 8.0][number % 2],
            importer=f"I{number % 5}",
        )
        past.outcome(f"R{number}", day, positive=number % 3 == 0)
    probes = [past.goods(f"P{row['reference']}", date(2024, 3, 1), **changed(row)) for row in past.items[:30]]
    frame = screen.feature_frame(past.engine, past.table(*probes), past.profiles())
    bulk = pack.hit_frame(past.engine, frame).to_pylist()
    alone = [pack.evaluate(row, row["as_of"]) for row in frame.to_pylist()]
    assert [[rule for rule, hit in row.items() if hit] for row in bulk] == alone
    assert len({rule for row in alone for rule in row}) >= 5


def changed(row: dict[str, Any]) -> dict[str, Any]:
    """Return the goods of a row, for another declaration."""
    return {name: row[name] for name in ("value", "net_kg", "departure", "duty_rate", "importer")}


numbers = st.sampled_from(["a", "b", "0", "1", "2.5", "-3", "1e308", "-1e308", "1e-300"])
texts = st.sampled_from(["t", "u", "'x'", "'it''s'", "''"])


def arithmetic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build numbers from numbers."""
    pairs = st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner)
    calls = st.tuples(st.sampled_from(["abs", "floor", "ln", "-"]), inner)
    return st.one_of(
        pairs.map(lambda one: f"({one[0]} {one[1]} {one[2]})"),
        calls.map(lambda one: f"{one[0]}({one[1]})"),
        st.tuples(inner, inner).map(lambda one: f"coalesce({one[0]}, {one[1]})"),
    )


values = st.recursive(numbers, arithmetic, max_leaves=5)
signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
truths = st.one_of(
    st.tuples(values, signs, values).map(" ".join),
    st.tuples(texts, st.sampled_from(["=", "<>"]), texts).map(" ".join),
    st.tuples(values, values, values).map(lambda one: f"{one[0]} BETWEEN {one[1]} AND {one[2]}"),
    values.map(lambda one: f"{one} IN (1, 2.5, 0)"),
    texts.map(lambda one: f"starts_with({one}, 'x')"),
    values.map(lambda one: f"{one} IS NULL"),
    st.sampled_from(["q", "q IS NOT NULL", "TRUE", "FALSE", "t IN ('x', 'y')", "q = TRUE"]),
)


def logic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build truths from truths."""
    pairs = st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda one: f"({one[0]} {one[1]} {one[2]})")
    return st.one_of(pairs, inner.map(lambda one: f"NOT ({one})"))


conditions = st.recursive(truths, logic, max_leaves=4)
finite = st.none() | st.sampled_from([0.0, 1.0, -1.0, 2.5, 1e308, -1e308, 5e-324]) | st.floats(-1e9, 1e9)
rows = st.fixed_dictionaries(
    {
        "a": finite,
        "b": finite,
        "t": st.sampled_from([None, "x", "xy", "it's", ""]),
        "u": st.sampled_from([None, "x", "é"]),
        "q": st.sampled_from([None, True, False]),
    }
)
SHAPE = pa.schema([("a", pa.float64()), ("b", pa.float64()), ("t", pa.string()), ("u", pa.string()), ("q", pa.bool_())])


@cache
def bulk() -> duckdb.DuckDBPyConnection:
    """Return one engine for all examples."""
    return duckdb.connect(":memory:")


@settings(deadline=None, max_examples=150)
@given(conditions, st.lists(rows, min_size=1, max_size=8))
@example("0 IS NULL", [{"a": None, "b": None, "t": None, "u": None, "q": None}])
def every_condition_means_the_same_in_python_and_in_sql(text: str, given_rows: list[dict[str, Any]]) -> None:
    condition = compile_condition(text, KINDS)
    bulk().register("r", pa.Table.from_pylist([row | {"n": n} for n, row in enumerate(given_rows)], SHAPE.append(N)))
    found = bulk().execute(f"SELECT {condition.sql} FROM r ORDER BY n").fetchall()
    evaluate = evaluator([condition])
    assert [(evaluate(row)[0],) for row in given_rows] == found


N = pa.field("n", pa.int64())


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=150)
def no_text_whatever_escapes_the_check(text: str) -> None:
    try:
        condition = compile_condition(text, KINDS)
    except ConditionFault:
        return
    assert set(condition.features) <= set(KINDS)
    assert evaluator([condition])(dict.fromkeys(KINDS))[0] in {True, False, None}


def a_quotient_by_zero_and_an_overflow_are_null() -> None:
    row = {"a": 1e308, "b": 0.0, "t": None, "u": None, "q": None}
    for text in ("a / b > 1", "a * 10 > 1", "a * 10 - a * 10 = 0", "ln(b) < 0"):
        assert evaluator([compile_condition(text, KINDS)])(row) == (None,)
    assert math.isinf(1e308 * 10)
