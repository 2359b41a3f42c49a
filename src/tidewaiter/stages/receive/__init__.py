"""Take in a message: name its format and sender, read it into records with their place in the bytes."""

from tidewaiter.stages.receive.model import Fault, Head, Layout, Opened, Place, Reading

__all__ = ["Fault", "Head", "Layout", "Opened", "Place", "Reading"]
