"""Parse a rule's condition against a closed list of functions; compile it to SQL and to Python."""

from __future__ import annotations

import difflib
import hashlib
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tidewaiter.stages.screen.model import Value

LETTERS_MAX = 4_000
"""Longest condition, in characters."""

NODES_MAX = 200
"""Most parts a condition may have."""

FUNCTIONS: dict[str, str] = {
    "abs(number)": "the number without its sign",
    "floor(number)": "the whole number at or below",
    "ln(number)": "the natural logarithm; null at zero and below",
    "coalesce(a, b, …)": "the first that is not null; all of one kind",
    "starts_with(text, 'text')": "whether the text begins so",
}
"""Every function a condition may use, with its meaning; beside them and, or, not, =, <>, <, <=, >, >=, between, in,
is null, +, -, *, and / (null where the divisor is zero)."""


class ConditionFault(Exception):
    """A condition is wrong; the sentence says why."""


class Condition(msgspec.Struct, frozen=True):
    """A checked condition: its SQL, its Python expression over `f` (features by name), the features it names."""

    sql: str
    python: str
    features: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The hash of what the condition means, whatever its spacing."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


class _Piece(msgspec.Struct, frozen=True):
    """A compiled part. `sure` says that a number is finite or null."""

    kind: str
    sql: str
    python: str
    sure: bool = True


def compile_condition(text: str, kinds: Mapping[str, str]) -> Condition:
    """Return the compiled condition; `kinds` maps feature names to number, text or truth.

    Raises ConditionFault for anything that cannot be parsed, has the wrong kind or is not on the closed list.
    """
    if len(text) > LETTERS_MAX:
        message = f"it has {len(text):,} characters; {LETTERS_MAX:,} is the most"
        raise ConditionFault(message)
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        message = f"it cannot be parsed ({(str(error).splitlines() or [''])[0]})"
        raise ConditionFault(message) from error
    nodes = list(tree.walk())
    if len(nodes) > NODES_MAX:
        message = f"it has {len(nodes)} parts; {NODES_MAX} is the most"
        raise ConditionFault(message)
    piece = _Compiler(kinds).compile(tree)
    if piece.kind != "truth":
        message = f"it is a {piece.kind}, not something true or false"
        raise ConditionFault(message)
    names = tuple(sorted({node.name for node in nodes if isinstance(node, exp.Column)}))
    return Condition(sql=piece.sql, python=piece.python, features=names)


def evaluator(conditions: list[Condition]) -> Callable[[Mapping[str, Value]], tuple[bool | None, ...]]:
    """Return one function that evaluates every condition on a row of features by name."""
    body = ", ".join(condition.python for condition in conditions)
    source = f"def evaluate(f):\n    return ({body}{',' if conditions else ''})\n"
    scope: dict[str, Any] = dict(_RUNTIME)
    exec(compile(source, "<rule pack>", "exec"), scope)  # noqa: S102 - made from the checked tree, never from the text
    evaluate: Callable[[Mapping[str, Value]], tuple[bool | None, ...]] = scope["evaluate"]
    return evaluate


class _Compiler:
    """Compile a tree, part by part; the list of what it knows is the list of what is allowed."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self._handlers: dict[type[exp.Expr], Callable[[Any], _Piece]] = {
            exp.Paren: lambda node: self.compile(node.this),
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda node: _Piece("truth", "TRUE" if node.this else "FALSE", str(bool(node.this))),
            exp.Not: self._not,
            exp.And: lambda node: self._logic(node, "AND", "_and"),
            exp.Or: lambda node: self._logic(node, "OR", "_or"),
            exp.Is: self._is_null,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Neg: self._minus,
            exp.Div: self._divide,
            exp.Abs: lambda node: self._function(node, "abs", "_abs"),
            exp.Floor: lambda node: self._function(node, "floor", "_floor"),
            exp.Ln: self._ln,
            exp.Coalesce: self._coalesce,
            exp.StartsWith: self._starts_with,
        }
        for kind, sign, name in _COMPARISONS:
            self._handlers[kind] = partial(self._compare, sign=sign, name=name)
        for kind, sign, name in _ARITHMETIC:
            self._handlers[kind] = partial(self._arithmetic, sign=sign, name=name)

    def compile(self, node: exp.Expr | None) -> _Piece:
        """Compile one part; raise ConditionFault where it is missing or not on the list."""
        if not isinstance(node, exp.Expr):
            message = "a part of it is missing"
            raise ConditionFault(message)
        handler = self._handlers.get(type(node))
        if handler is None:
            message = f"{node.sql()!r} ({type(node).__name__.lower()}) is not on the list of what a condition may use"
            raise ConditionFault(message)
        return handler(node)

    def _of_kind(self, node: exp.Expr | None, kind: str) -> _Piece:
        """Compile a part that must be of the kind; a number comes out finite or null."""
        piece = self.compile(node)
        if node is not None and piece.kind != kind:
            message = f"{node.sql()!r} is a {piece.kind} where a {kind} is needed"
            raise ConditionFault(message)
        return piece

    def _sure(self, piece: _Piece) -> _Piece:
        """Turn what is not finite into null."""
        if piece.sure:
            return piece
        return _Piece(piece.kind, f"CASE WHEN isfinite({piece.sql}) THEN {piece.sql} END", f"_finite({piece.python})")

    def _column(self, node: exp.Column) -> _Piece:
        name = node.name
        if node.table or name not in self._kinds:
            close = difflib.get_close_matches(name, self._kinds, n=1, cutoff=0.0)
            message = f"there is no feature {node.sql()!r}; the nearest name is {close[0] if close else 'none'!r}"
            raise ConditionFault(message)
        return _Piece(self._kinds[name], f'"{name}"', f"f[{name!r}]")

    def _literal(self, node: exp.Literal) -> _Piece:
        if node.is_string:
            text = str(node.this)
            if not text.isprintable():
                message = "a text holds a character that cannot be printed"
                raise ConditionFault(message)
            return _Piece("text", "'" + text.replace("'", "''") + "'", repr(text))
        try:
            number = float(node.this)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            message = f"{node.sql()} is too large, or no number"
            raise ConditionFault(message)
        return _Piece("number", f"CAST({number!r} AS DOUBLE)", repr(number))

    def _not(self, node: exp.Not) -> _Piece:
        inner = self._of_kind(node.this, "truth")
        return _Piece("truth", f"(NOT {inner.sql})", f"_not({inner.python})")

    def _logic(self, node: exp.Binary, sign: str, name: str) -> _Piece:
        left, right = self._of_kind(node.this, "truth"), self._of_kind(node.expression, "truth")
        return _Piece("truth", f"({left.sql} {sign} {right.sql})", f"{name}({left.python}, {right.python})")

    def _is_null(self, node: exp.Is) -> _Piece:
        if not isinstance(node.expression, exp.Null):
            message = f"{node.sql()!r}: only IS NULL and IS NOT NULL are allowed"
            raise ConditionFault(message)
        inner = self._sure(self.compile(node.this))
        return _Piece("truth", f"({inner.sql} IS NULL)", f"_null({inner.python})")

    def _in(self, node: exp.In) -> _Piece:
        inner = self._sure(self.compile(node.this))
        options = [self._of_kind(option, inner.kind) for option in node.expressions]
        if not options or not all(isinstance(option, exp.Literal) for option in node.expressions):
            message = f"{node.sql()!r}: IN takes a list of numbers or texts"
            raise ConditionFault(message)
        listed, told = ", ".join(one.sql for one in options), ", ".join(one.python for one in options)
        return _Piece("truth", f"({inner.sql} IN ({listed}))", f"_in({inner.python}, ({told},))")

    def _between(self, node: exp.Between) -> _Piece:
        value, low, high = (self._sure(self._of_kind(node.args[name], "number")) for name in ("this", "low", "high"))
        return _Piece(
            "truth",
            f"({value.sql} BETWEEN {low.sql} AND {high.sql})",
            f"_and(_ge({value.python}, {low.python}), _le({value.python}, {high.python}))",
        )

    def _compare(self, node: exp.Binary, sign: str, name: str) -> _Piece:
        left = self._sure(self.compile(node.this))
        right = self._sure(self._of_kind(node.expression, left.kind))
        if left.kind != "number" and sign not in {"=", "<>"}:
            message = f"{node.sql()!r}: only numbers have an order"
            raise ConditionFault(message)
        return _Piece("truth", f"({left.sql} {sign} {right.sql})", f"{name}({left.python}, {right.python})")

    def _arithmetic(self, node: exp.Binary, sign: str, name: str) -> _Piece:
        left, right = self._of_kind(node.this, "number"), self._of_kind(node.expression, "number")
        sql, python = f"({left.sql} {sign} {right.sql})", f"{name}({left.python}, {right.python})"
        return _Piece("number", sql, python, sure=False)

    def _divide(self, node: exp.Div) -> _Piece:
        left, right = self._of_kind(node.this, "number"), self._sure(self._of_kind(node.expression, "number"))
        sql, python = f"({left.sql} / nullif({right.sql}, 0))", f"_div({left.python}, {right.python})"
        return _Piece("number", sql, python, sure=False)

    def _minus(self, node: exp.Neg) -> _Piece:
        inner = self._of_kind(node.this, "number")
        return _Piece("number", f"(- {inner.sql})", f"_neg({inner.python})", sure=inner.sure)

    def _function(self, node: exp.Func, sql: str, python: str) -> _Piece:
        inner = self._sure(self._of_kind(node.this, "number"))
        return _Piece("number", f"{sql}({inner.sql})", f"{python}({inner.python})")

    def _ln(self, node: exp.Ln) -> _Piece:
        inner = self._sure(self._of_kind(node.this, "number"))
        return _Piece("number", f"CASE WHEN {inner.sql} > 0 THEN ln({inner.sql}) END", f"_ln({inner.python})")

    def _coalesce(self, node: exp.Coalesce) -> _Piece:
        first = self._sure(self.compile(node.this))
        others = [self._sure(self._of_kind(one, first.kind)) for one in node.expressions]
        listed, told = (", ".join(getattr(one, way) for one in (first, *others)) for way in ("sql", "python"))
        return _Piece(first.kind, f"coalesce({listed})", f"_first({told})")

    def _starts_with(self, node: exp.StartsWith) -> _Piece:
        text, head = self._of_kind(node.this, "text"), self._of_kind(node.expression, "text")
        return _Piece("truth", f"starts_with({text.sql}, {head.sql})", f"_starts({text.python}, {head.python})")


_COMPARISONS: tuple[tuple[type[exp.Binary], str, str], ...] = (
    (exp.EQ, "=", "_eq"),
    (exp.NEQ, "<>", "_ne"),
    (exp.LT, "<", "_lt"),
    (exp.LTE, "<=", "_le"),
    (exp.GT, ">", "_gt"),
    (exp.GTE, ">=", "_ge"),
)
_ARITHMETIC: tuple[tuple[type[exp.Binary], str, str], ...] = (
    (exp.Add, "+", "_add"),
    (exp.Sub, "-", "_sub"),
    (exp.Mul, "*", "_mul"),
)


def _known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function give None where any argument is None, as SQL does."""

    def guarded(*values: Any) -> Any:
        return None if None in values else function(*values)

    return guarded


def _and(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic has no names
    """Return SQL's AND."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic has no names
    """Return SQL's OR."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


_RUNTIME: dict[str, Any] = {
    "__builtins__": {},
    "_and": _and,
    "_or": _or,
    "_null": lambda value: value is None,
    "_not": _known(lambda value: not value),
    "_eq": _known(lambda left, right: left == right),
    "_ne": _known(lambda left, right: left != right),
    "_lt": _known(lambda left, right: left < right),
    "_le": _known(lambda left, right: left <= right),
    "_gt": _known(lambda left, right: left > right),
    "_ge": _known(lambda left, right: left >= right),
    "_in": lambda value, options: None if value is None else value in options,
    "_add": _known(lambda left, right: left + right),
    "_sub": _known(lambda left, right: left - right),
    "_mul": _known(lambda left, right: left * right),
    "_div": _known(lambda left, right: None if right == 0 else left / right),
    "_neg": _known(lambda value: -value),
    "_abs": _known(abs),
    "_floor": _known(lambda value: float(math.floor(value))),
    "_ln": _known(lambda value: math.log(value) if value > 0 else None),
    "_finite": _known(lambda value: value if math.isfinite(value) else None),
    "_first": lambda *values: next((value for value in values if value is not None), None),
    "_starts": _known(lambda text, head: text.startswith(head)),
}
"""What the compiled expressions call: SQL's arithmetic and three-valued logic, and nothing else."""
