"""Define a fitted model and the card that says what it is, what it was fitted on, what it is not for."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import lightgbm
import msgspec
import numpy as np

from tidewaiter.kernel.errors import ModelFault

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_FOR = (
    "Not proof of anything: a score is a lead, and a person decides.",
    "Not for travellers or any decision about a person's rights.",
    "Not for goods, routes or traders unlike those it was fitted on: it knows only what was inspected.",
    "Not for estimating how much fraud there is: only the random control share can tell that.",
)
"""What a model must not be used for."""


class Quality(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How well scores rank what was found: precision and recall by share inspected (`1%`, `5%`, `10%`)."""

    rows: int
    positives: int
    auc: float
    average_precision: float
    precision: dict[str, float]
    recall: dict[str, float]


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a model is.

    `rules` maps the ids of the rules among its columns to the hashes of their conditions; `validated` is measured on
    the newest fifth of the rows by a model fitted on the days before; `validated_new` counts only rows whose goods,
    route, duty and mass have no known outcome, which is where memory of repeats is of no help.
    """

    catalogue: str
    features: tuple[str, ...]
    rules: dict[str, str]
    pack: str
    pack_sha256: str
    profiles: str
    rows: int
    positives: int
    first_day: date
    last_day: date
    fitted_on: date
    seed: int
    parameters: dict[str, float | int | str | bool]
    rounds: int
    validated: Quality | None
    validated_new: Quality | None
    sha256: str
    not_for: tuple[str, ...] = NOT_FOR


class FittedModel:
    """A LightGBM model as text, with its card. Immutable; the booster is made when first needed."""

    def __init__(self, text: str, card: ModelCard) -> None:
        if hashlib.sha256(text.encode()).hexdigest() != card.sha256:
            message = "The model's text is not the one its card describes."
            raise ModelFault(message, "Restore the model from a backup, or fit it again.")
        self.text = text
        self.card = card

    @property
    def id(self) -> str:
        """The model's identity: the head of its text's hash."""
        return self.card.sha256[:16]

    @property
    def catalogue(self) -> str:
        """The hash of the feature catalogue it was fitted on."""
        return self.card.catalogue

    @property
    def rules(self) -> dict[str, str]:
        """Rule id → hash of the condition it was fitted with."""
        return self.card.rules

    @cached_property
    def _booster(self) -> lightgbm.Booster:
        """The model, ready to predict."""
        try:
            booster = lightgbm.Booster(model_str=self.text)
        except lightgbm.basic.LightGBMError as error:
            message = f"The model's text cannot be read: {error}."
            raise ModelFault(message, "Restore the model from a backup, or fit it again.") from error
        return booster

    def contributions(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the exact share (TreeSHAP) of every column in each row's log-odds, and the bias as the last column."""
        columns = len(self.card.features) + len(self.card.rules)
        assert matrix.shape[1] == columns  # noqa: S101 - screen builds the matrix from this card
        if matrix.shape[0] == 0:
            return np.zeros((0, columns + 1))
        shares = self._booster.predict(matrix, pred_contrib=True, num_threads=threads(matrix.shape[0]))
        return np.asarray(shares, dtype=np.float64)


def threads(rows: int) -> int:
    """Return how many threads a prediction is worth: starting them costs more than a small batch."""
    return 1 if rows < 256 else 2  # noqa: PLR2004 - measured: below, one thread is as fast and steadier
