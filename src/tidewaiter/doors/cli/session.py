"""Hold what one run of the command line shares: which node, who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.settings import Settings, load

if TYPE_CHECKING:
    from tidewaiter.node import Node


class Session:
    """The options given before the command, and the node they lead to."""

    def __init__(self, *, home: str | None, officer: str | None) -> None:
        self._given: dict[str, Any] = {"home": home, "officer": officer}

    def settings(self, **given: Any) -> Settings:
        """Return the settings, with what the command line gives on top."""
        return load(None, **(self._given | given))

    @contextmanager
    def node(self) -> Iterator[Node]:
        """Open the node and close it at the end."""
        from tidewaiter.node import start

        node = start(self.settings())
        try:
            yield node
        finally:
            node.close()
