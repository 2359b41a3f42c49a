"""Turn outcomes into better screening: fit a model on features as of each declaration's own day."""

from tidewaiter.stages.learn.model import FittedModel, ModelCard, Quality
from tidewaiter.stages.learn.service import fit, load, save

__all__ = ["FittedModel", "ModelCard", "Quality", "fit", "load", "save"]
