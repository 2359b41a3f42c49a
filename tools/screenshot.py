"""Draw what `tidewaiter demo` prints as a picture for the README."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "queue.svg"
COLUMNS = 150
LINES_MAX = 26


def main() -> int:
    """Run the demo as a user does and write its head as an SVG that needs nothing from elsewhere."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    run = subprocess.run(
        [sys.executable, "-m", "tidewaiter", "demo", "--top", "6"],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    lines = run.stdout.strip("\n").splitlines()[:LINES_MAX]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=True)
    start = CONSOLE_SVG_FORMAT.index("@font-face")
    end = CONSOLE_SVG_FORMAT.index(".{unique_id}-matrix")
    plain = CONSOLE_SVG_FORMAT[:start] + CONSOLE_SVG_FORMAT[end:]  # no fonts from another server
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(console.export_svg(title="tidewaiter demo", code_format=plain), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
