"""Fit, keep and load models."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import lightgbm
import msgspec
import numpy as np
from numpy.typing import NDArray

from tidewaiter.kernel.errors import ModelFault
from tidewaiter.stages import screen
from tidewaiter.stages.learn._training import Training, training_rows
from tidewaiter.stages.learn.model import FittedModel, ModelCard, Quality
from tidewaiter.stages.learn.quality import measure

ROWS_MIN = 200
"""Fewest goods items with a known outcome that a model is fitted on."""

POSITIVES_MIN = 20
"""Fewest of them of each kind: irregular, and in order."""

VALIDATION_SHARE = 0.2
"""Share of the rows, the newest, that the quality is measured on."""

ROUNDS = 150
"""Trees of a model."""

PARAMETERS: dict[str, float | int | str | bool] = {
    "objective": "binary",
    "learning_rate": 0.08,
    "max_depth": 4,
    "num_leaves": 15,
    "max_bin": 63,
    "min_data_in_leaf": 40,
    "lambda_l2": 20.0,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
}
"""Parameters of LightGBM, chosen on the validation file of the Korean data.

Shallow trees and few of them, so that exact contributions are affordable for every row.
"""

_THREADED_ROWS = 200_000
"""Below so many rows one thread fits: two save a second, and cost a minute where another program has the core."""

MODEL, CARD = "model.txt", "card.json"


def fit(
    con: duckdb.DuckDBPyConnection,
    item_files: Sequence[Path | str],
    outcome_files: Sequence[Path | str],
    *,
    profile_folder: Path,
    pack: screen.RulePack,
    today: date,
    seed: int = 1,
) -> FittedModel:
    """Fit a model on every goods item with a known outcome, each seen as of its own day, and measure it over time.

    Raises ModelFault where there are no outcomes, too few, or of one kind only.
    """
    training = training_rows(con, item_files, outcome_files, profile_folder=profile_folder, pack=pack)
    _refuse_too_few(training)
    names = (*screen.FITTED, *pack.meanings)
    validated, validated_new = _validate(training, names, seed)
    booster = _train(training, np.ones(training.rows, dtype=bool), names, seed)
    text = booster.model_to_string()
    days = training.days
    card = ModelCard(
        catalogue=screen.catalogue_sha256(),
        features=screen.FITTED,
        rules=dict(pack.meanings),
        pack=pack.id,
        pack_sha256=pack.sha256,
        profiles=screen.read_card(profile_folder).id,
        rows=training.rows,
        positives=int(training.positive.sum()),
        first_day=days.min().item(),
        last_day=days.max().item(),
        fitted_on=today,
        seed=seed,
        parameters=PARAMETERS,
        rounds=ROUNDS,
        validated=validated,
        validated_new=validated_new,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    return FittedModel(text, card)


def save(model: FittedModel, folder: Path) -> None:
    """Write the model's text and card into the folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_text(model.text, encoding="utf-8", newline="\n")
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(model.card), indent=1))


def load(folder: Path) -> FittedModel:
    """Return the model of a folder; raises ModelFault where it is missing, damaged or of other features."""
    try:
        text = (folder / MODEL).read_text(encoding="utf-8")
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=ModelCard)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        message = f"The model in {folder} cannot be read: {error}."
        raise ModelFault(message, "Restore it from a backup, or fit it again with `tidewaiter model fit`.") from error
    if card.catalogue != screen.catalogue_sha256():
        message = f"The model in {folder} was fitted on another set of features than this program has."
        raise ModelFault(message, "Fit it again with `tidewaiter model fit`.")
    return FittedModel(text, card)


def _refuse_too_few(training: Training) -> None:
    """Refuse to fit on nothing, on one kind of outcome, or on too few."""
    remedy = "Record outcomes with `tidewaiter outcome load`, those of random controls too, then fit again."
    positives = int(training.positive.sum())
    negatives = training.rows - positives
    if training.rows == 0:
        message = "There are no outcomes of declarations that are kept here, so there is nothing to fit a model on."
    elif min(positives, negatives) == 0:
        kind = "irregular" if negatives == 0 else "in order"
        message = f"All {training.rows:,} known outcomes are {kind}; a model needs both kinds."
    elif training.rows < ROWS_MIN or min(positives, negatives) < POSITIVES_MIN:
        message = (
            f"{training.rows:,} goods items have a known outcome ({positives:,} irregular); a model needs at least "
            f"{ROWS_MIN:,}, of them {POSITIVES_MIN:,} irregular and {POSITIVES_MIN:,} in order."
        )
    else:
        return
    raise ModelFault(message, remedy)


def _validate(training: Training, names: Sequence[str], seed: int) -> tuple[Quality | None, Quality | None]:
    """Fit on the older days and measure on the newest: on all rows, and on those without memory of repeats."""
    order = np.sort(training.days)
    border = order[int(len(order) * (1 - VALIDATION_SHARE))]
    older = training.days < border
    if not older.any() or training.positive[older].all() or not training.positive[older].any():
        return None, None
    booster = _train(training, older, names, seed)
    scores = np.asarray(booster.predict(training.matrix[~older], raw_score=True, num_threads=2), dtype=np.float64)
    positive, remembered = training.positive[~older], training.remembered[~older]
    return measure(positive, scores), measure(positive[~remembered], scores[~remembered])


def _train(training: Training, chosen: NDArray[np.bool_], names: Sequence[str], seed: int) -> lightgbm.Booster:
    """Fit on the chosen rows, and on the repeats among them once more as if their outcome were not known.

    Where a consignment repeats one whose outcome is known, that outcome says nearly all. Seen again without that
    memory, each pattern weighing as much as one row, they teach what to think of all that was never controlled.
    """
    again = chosen & training.remembered
    matrix = np.vstack([training.matrix[chosen], training.blanked[again]])
    label = np.concatenate([training.positive[chosen], training.positive[again]]).astype(np.float64)
    weight = np.concatenate([np.ones(int(chosen.sum())), 1 / training.pattern_rows[again]])
    settings: dict[str, Any] = {
        **PARAMETERS,
        "seed": seed,
        "num_threads": 1 if len(label) < _THREADED_ROWS else 2,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(matrix, label, weight=weight, feature_name=[name.replace("-", "_") for name in names])
    return lightgbm.train(settings, data, num_boost_round=ROUNDS)
