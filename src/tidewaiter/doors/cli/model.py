"""Fit a model, look at it, and try it against outcomes it has not seen."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.receive import follow_up
from tidewaiter.doors.cli.session import Session
from tidewaiter.doors.cli.source import Delimiter, Encoding, MappingName, opened, options
from tidewaiter.kernel.errors import NotFound

_EVALUATE_EXAMPLES = """Examples:

  tidewaiter model evaluate labels.csv --mapping kcs-outcome
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    noun = typer.Typer(help="The model: fitted from outcomes, explained, tried.", no_args_is_help=True)
    noun.command("fit")(fit)
    noun.command("show")(show)
    noun.command("evaluate", epilog=_EVALUATE_EXAMPLES)(evaluate)
    app.add_typer(noun, name="model")


def fit(context: typer.Context, as_json: Json = False) -> None:
    """Fit a model on every outcome that is known; it screens from now on."""
    from tidewaiter import journey

    session: Session = context.obj
    with session.node("model.fit") as node:
        asked = {"what": "fit on all outcomes and use", "day": node.clock.now().date().isoformat()}
        why = "a model that judges from now on"
        with session.seen_by_two(node, "model.activate", asked, purpose=None, reason=why) as allow, node.work() as work:
            allow(work)
        follow_up(node)
        digest, model = journey.fit(node)
    if as_json:
        write_json({"sha256": digest, "card": model.card})
        return
    line(f"Fitted model {digest[:12]}; it screens what comes from now on.")
    _show_card(model.card)


def show(context: typer.Context, as_json: Json = False) -> None:
    """Show the current model's card."""
    session: Session = context.obj
    with session.node("queue.read") as node:
        model = node.model
    if model is None:
        message = "No model is fitted yet."
        raise NotFound(message, "Load outcomes, then run `tidewaiter model fit`.")
    if as_json:
        write_json(model.card)
    else:
        _show_card(model.card)


def evaluate(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Outcomes to compare with; they are read, not kept.")],
    mapping: MappingName = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: Json = False,
) -> None:
    """Say how well the scores given so far would have found these outcomes, at 1, 5 and 10 % inspected."""
    from tidewaiter import answers

    session: Session = context.obj
    with session.node("queue.read") as node:
        follow_up(node)
        given = options(mapping=mapping, encoding=encoding, delimiter=delimiter)
        with opened(file, node.settings, given) as source:
            result = answers.evaluate(node, source)
    if as_json:
        write_json(result)
        return
    line(
        f"{result.screened:,} of {result.outcomes:,} outcomes are about declarations that were screened; "
        f"{result.positives:,} of them found something ({result.rate:.1%}). AUC {result.auc:.3f}."
    )
    rows = [
        (f"{one.share:.0%}", one.inspected, one.found, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.lift:.1f}")
        for one in result.levels
    ]
    table("By share inspected", ("Share#", "Inspected#", "Found#", "Precision#", "Recall#", "Times random#"), rows)


_CARD_ENTRIES_MAX = 12
"""Most entries of a list in a card that are shown; --json has them all."""


def _show_card(card: Any) -> None:
    """Write a model's card as a table."""
    facts = msgspec.to_builtins(card)
    rows = [(name, _short(value)) for name, value in facts.items()]
    table("Model card", ("What", "Value"), rows)


def _short(value: object) -> str:
    """Return a card's value in at most a few lines."""
    if isinstance(value, dict | list | tuple) and len(value) > _CARD_ENTRIES_MAX:
        return f"{', '.join(map(str, list(value)[:6]))} … ({len(value)} in all)"
    if isinstance(value, dict):
        nested = any(isinstance(one, dict) for one in value.values())
        told = [f"{name}: {_short(one)}" if nested else f"{name} {_short(one)}" for name, one in value.items()]
        return ("\n" if nested else ", ").join(told)
    if isinstance(value, list | tuple):
        return "\n".join(_short(one) for one in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
