"""Read the same bytes with our readers and with others', and judge where they differ.

Usage: python benchmarks/differential.py [--data ../shared/data] [--invented 10000] [--npm FOLDER] [--xml-only]

Segments: ours beside pydifact and, where node is there, the npm package edifact (installed into FOLDER, or into a
folder that is removed again), on every sample and on interchanges that messages.py invents. Two readers agree on an
interchange where they give the same tags, elements and components. Each disagreement is put into the first class
that explains it; a class says who is right, and by which rule.
Documents: lxml's schema validation, which ours uses, beside xmlschema's, on every WCO and NCTS sample.

Exits with 1 where a disagreement has no class, or where ours is wrong in one.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from messages import interchange

from tidewaiter.stages.receive.edifact.charsets import UNKNOWN, charset_of
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.segments import ServiceCharacters
from tidewaiter.stages.receive.edifact.tokens import Tokens

Segments = list[tuple[str, list[list[str]]]]
"""Tag and elements, each a list of components."""

SCRIPT = r"""
const Parser = require(process.argv[2] + '/node_modules/edifact/parser.js');
const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const result = []; let elements, components;
  try {
    const parser = new Parser();
    parser.encoding('UNOY');
    parser.onopensegment = (tag) => result.push([tag, elements = []]);
    parser.onelement = () => elements.push(components = []);
    parser.oncomponent = (text) => components.push(text);
    parser.onclosesegment = () => {};
    parser.write(JSON.parse(line)); parser.end();
    console.log(JSON.stringify({ segments: result }));
  } catch (error) { console.log(JSON.stringify({ refused: error.message, segments: result })); }
});
"""


class Case(NamedTuple):
    """One interchange as ours reads it, and what the others are given: its text in its own character set."""

    name: str
    raw: bytes
    text: str
    characters: ServiceCharacters
    advised: bool
    segments: Segments


class Theirs(NamedTuple):
    """What another reader makes of it; `refused` is what it says where it gives up, after these segments."""

    segments: Segments
    refused: str | None


def ours(name: str, raw: bytes) -> Case:
    """Read an interchange with ours: all its segments, repetitions written out again."""
    tokens = Tokens(io.BytesIO(raw), segment_bytes_max=1 << 20)
    seen: Segments = []
    characters, charset = ServiceCharacters(), UNKNOWN
    envelopes = Envelopes(tokens, segments_max=1 << 20)
    watched = iter(tokens)

    def watch() -> Iterator[object]:
        nonlocal characters, charset
        for one in watched:
            elements = [list(element) for element in one.elements]
            for at, repeated in (one.more or {}).items():
                for components in repeated:
                    elements[at] = [*elements[at][:-1], f"{elements[at][-1]}\0{components[0]}", *components[1:]]
            seen.append((one.tag, elements))
            yield one
            if one.tag == "UNB" and characters == ServiceCharacters():
                characters, charset = tokens.characters, charset_of(one.text(0))

    vars(envelopes)["_tokens"] = _Watched(tokens, watch)
    list(envelopes)
    codec = "iso8859-1" if charset.codec == "ascii" else charset.codec
    return Case(name, raw, raw.decode(codec, "replace"), characters, raw.lstrip()[:3] == b"UNA", seen)


class _Watched:
    """Tokens that are looked at on their way to the envelopes."""

    def __init__(self, tokens: Tokens, watch: Callable[[], Iterator[object]]) -> None:
        self._tokens, self._watch = tokens, watch

    def __iter__(self) -> Iterator[object]:
        return self._watch()

    def __getattr__(self, name: str) -> object:
        return getattr(self._tokens, name)


def by_pydifact(case: Case) -> Theirs:
    """Read an interchange with pydifact."""
    from pydifact.parser import Parser

    warnings.simplefilter("ignore")  # it warns of every directory that it has no tables for
    found: Segments = []
    try:
        for one in Parser().parse(case.text):
            if one.tag != "UNA":
                found.append((one.tag, [[each] if isinstance(each, str) else list(each) for each in one.elements]))
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        return Theirs(found, f"{type(error).__name__}: {error}")
    return Theirs(found, None)


def by_node(cases: Sequence[Case], folder: Path) -> list[Theirs]:
    """Read interchanges with the npm package edifact, all in one process."""
    if not (folder / "node_modules" / "edifact").exists():
        subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), "edifact"], check=True)  # noqa: S607 - wherever it is
    script = folder / "differential.js"
    script.write_text(SCRIPT)
    lines = "".join(json.dumps(case.text) + "\n" for case in cases)
    ran = subprocess.run(["node", str(script), str(folder)], input=lines, capture_output=True, text=True, check=True)  # noqa: S607 - as above
    return [
        Theirs([(tag, elements) for tag, elements in told["segments"]], told.get("refused"))
        for told in map(json.loads, ran.stdout.splitlines())
    ]


# --- judging ------------------------------------------------------------------------------------------------------

Explains = Callable[[Case, Theirs], bool]


class Why(NamedTuple):
    """A class of disagreements: what it is, who is right by which rule, and what tells that it is this."""

    what: str
    right: str
    explains: Explains


def normal(segments: Segments, change: Callable[[str], str] = str) -> Segments:
    """Return segments with every text changed, without empty ends: omitted and truncated say the same."""
    result: Segments = []
    for tag, elements in segments:
        kept = [[change(one) for one in components] for components in elements]
        for components in kept:
            while components and not components[-1]:
                components.pop()
        while kept and not kept[-1]:
            kept.pop()
        result.append((tag, kept))
    return result


def same(case: Case, theirs: Theirs, change: Callable[[str], str] = str) -> bool:
    """Say whether two readings are the same, once texts are changed."""
    return theirs.refused is None and normal(case.segments, change) == normal(theirs.segments, change)


def flat(text: str) -> str:
    """Return a text without line ends."""
    return text.replace("\r", "").replace("\n", "")


def _plainly(case: Case) -> Callable[[str], str]:
    """Return what makes repetitions and line ends text, as a reader has them that knows neither."""
    return lambda text: flat(text.replace("\0", case.characters.repetition))


def _repeats(case: Case, theirs: Theirs) -> bool:
    """Say whether the other reader takes repetitions of an element for text, and differs in nothing else."""
    return bool(case.characters.repetition) and same(case, theirs, _plainly(case))


def _blanks_released(case: Case, theirs: Theirs) -> bool:
    """Say whether the other reader lost blanks alone, where UNA has one for a release character that is not used."""
    without = _plainly(case)
    return (
        case.advised and not case.characters.release and same(case, theirs, lambda text: without(text).replace(" ", ""))
    )


def _before(case: Case, theirs: Theirs) -> bool:
    """Say whether the other reader agrees on every segment before the one at which it gives up."""
    count = max(0, len(theirs.segments) - 1)
    change = _plainly(case)
    return normal(case.segments[:count], change) == normal(theirs.segments[:count], change)


def _gives_up(said: str, also: Explains | None = None) -> Explains:
    """Return what tells a reader that gives up with words like these, and agreed until then."""
    pattern = re.compile(said)

    def explains(case: Case, theirs: Theirs) -> bool:
        """Say whether it does."""
        found = theirs.refused is not None and pattern.search(theirs.refused) is not None
        return found and _before(case, theirs) and (also is None or also(case, theirs))

    return explains


def _unterminated(case: Case, _: Theirs) -> bool:
    """Say whether the source breaks off in a segment."""
    return not flat(case.text).rstrip(" \0\x1a").endswith(case.characters.terminator)


ADVICE = "ISO 9735-1, service string advice"
SERVICE = "ISO 9735-1, service characters"
REPERTOIRE = "ISO 9735-1, character repertoires"
SEGMENT = "ISO 9735-1, structure of a segment"
CLASSES: tuple[Why, ...] = (
    Why(
        "the other takes the repetition separator of syntax version 4 for text",
        f"ours ({SERVICE}: the fifth place of UNA, * without one, repeats an element)",
        _repeats,
    ),
    Why(
        "the other keeps line ends inside a text",
        f"ours ({REPERTOIRE}: none holds CR or LF; ours leaves them out and says so)",
        lambda case, theirs: same(case, theirs, flat),
    ),
    Why(
        "the other releases after a blank where UNA says that nothing is released",
        f"ours ({ADVICE}: a blank in the fourth place is no release character)",
        _blanks_released,
    ),
    Why(
        "the other takes UNA in a text for an advice, drops what stands before it and gives up",
        f"ours ({ADVICE}: it stands directly before UNB; elsewhere its letters are text)",
        lambda case, theirs: theirs.refused is not None and "'UNA" in case.text[1:] and not theirs.segments,
    ),
    Why(
        "the other gives up at an advice that has a repetition separator",
        f"ours ({ADVICE}: the fifth place is the repetition separator of version 4)",
        _gives_up("after reading segment name UNA", lambda case, _: case.advised and case.raw.lstrip()[7:8] != b" "),
    ),
    Why(
        "the other gives up at a letter because UNA names other service characters",
        f"ours ({ADVICE}: any characters may be named; the letters stay letters)",
        _gives_up("Invalid character .* at position", lambda case, _: case.advised and case.text[3:5] != ":+"),
    ),
    Why(
        "the other gives up at a character that it does not know",
        f"ours ({REPERTOIRE}: UNB names the set; a character outside it costs no segment and is said)",
        _gives_up("Invalid character .* at position", lambda case, _: not case.text.isascii()),
    ),
    Why(
        "the other takes an advice that cannot be one as it stands, and finds no segment",
        f"ours ({ADVICE}: its signs are six single characters; ours says so and reads by the standard ones)",
        lambda case, theirs: not case.raw[3:9].isascii() and not theirs.segments,
    ),
    Why(
        "the other gives up at blanks around a tag",
        f"ours ({SEGMENT}: a tag has three letters; blanks or line ends around it harm nobody)",
        _gives_up(r"Tag '[^']*\s|Tag '\s|Invalid character  +after|Invalid character \s after"),
    ),
    Why(
        "the other gives up where the last segment has no terminator",
        f"ours ({SEGMENT}: it is at fault; ours reads it, says so and loses nothing)",
        _gives_up("Unexpected end|incomplete", _unterminated),
    ),
)
OTHER = "no class explains it"


class Tally:
    """Agreements, and disagreements by class with the first example of each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.agreed = self.segments = 0
        self.classes: dict[str, list[Case]] = {}

    def add(self, case: Case, theirs: Theirs) -> None:
        """Compare two readings."""
        if same(case, theirs):
            self.agreed += 1
            self.segments += len(case.segments)
            return
        why = next((one.what for one in CLASSES if one.explains(case, theirs)), OTHER)
        self.classes.setdefault(why, []).append(case)
        if why == OTHER and len(self.classes[why]) <= 3:
            pairs = zip(normal(case.segments), normal(theirs.segments), strict=False)
            first = next(((mine, other) for mine, other in pairs if mine != other), None)
            print(f"  unexplained: {self.name}: {case.name}: {first} refused: {theirs.refused}", file=sys.stderr)

    def tell(self) -> int:
        """Print the table; return how many disagreements no class explains, or ours is wrong in."""
        total = self.agreed + sum(map(len, self.classes.values()))
        print(f"\n{self.name}: {self.agreed:,} of {total:,} interchanges agree ({self.segments:,} segments)\n")
        print("| disagreement | interchanges | example | right |\n|---|---|---|---|")
        bad = 0
        for what, cases in sorted(self.classes.items(), key=lambda one: -len(one[1])):
            right = next((one.right for one in CLASSES if one.what == what), "not judged")
            bad += len(cases) if not right.startswith("ours") else 0
            print(f"| {what} | {len(cases):,} | {cases[0].name} | {right} |")
        return bad


def compare_segments(data: Path, invented: int, npm: Path) -> int:
    """Compare readings of every sample and of invented interchanges."""
    paths = [path for path in sorted((data / "edifact-samples").rglob("*")) if path.suffix in {".edi", ".txt"}]
    cases = [ours(path.name, path.read_bytes()) for path in paths]
    cases += [ours(f"seed {seed}", interchange(seed, fill=0.12).raw) for seed in range(invented)]
    print(f"{len(paths)} samples and {invented:,} invented interchanges")
    tallies = [Tally("pydifact")]
    for case in cases:
        tallies[0].add(case, by_pydifact(case))
    if shutil.which("node") and shutil.which("npm"):
        tallies.append(Tally("npm edifact"))
        for case, theirs in zip(cases, by_node(cases, npm), strict=True):
            tallies[1].add(case, theirs)
    else:
        print("node is not here: the npm package is left out")
    return sum(one.tell() for one in tallies)


def compare_documents(data: Path) -> int:
    """Compare what two engines say of each sample against every schema for its root; return how many they differ on."""
    import xmlschema
    from lxml import etree

    counts = {"valid": 0, "invalid": 0, "differ": 0, "without a schema": 0}
    for folder in (data / "wco-dms", data / "ncts-p6"):
        roots = schemas_of(folder)
        engines = {
            path: (etree.XMLSchema(etree.parse(path)), (xmlschema.XMLSchema11 if newer else xmlschema.XMLSchema)(path))
            for found in roots.values()
            for path, newer in found
        }
        for path in sorted((folder / "samples").glob("*.xml")):
            tree = etree.parse(path)
            found = roots.get(str(tree.getroot().tag), [])
            counts["without a schema"] += not found
            for schema, _ in found:
                one, other = engines[schema]
                first, second = one.validate(tree), other.is_valid(tree)
                counts["differ" if first != second else "valid" if first else "invalid"] += 1
                if first != second:
                    print(f"  {path.name} by {schema.name}: lxml says {first}, xmlschema says {second}")
    print("\nschema validation, lxml beside xmlschema, a document and a schema for its root at a time:")
    print(f"  both valid {counts['valid']}, both invalid {counts['invalid']}, different {counts['differ']}; ", end="")
    print(f"documents whose root no schema declares {counts['without a schema']}")
    return counts["differ"]


def schemas_of(folder: Path) -> dict[str, list[tuple[Path, bool]]]:
    """Return root ({namespace}name) → the schemas that declare it, and whether they are written for version 1.1."""
    from lxml import etree

    found: dict[str, list[tuple[Path, bool]]] = {}
    for path in sorted(folder.rglob("*.xsd")):
        schema = etree.parse(path).getroot()
        newer = schema.get("{http://www.w3.org/2007/XMLSchema-versioning}minVersion") is not None
        for one in schema.iterchildren("{http://www.w3.org/2001/XMLSchema}element"):
            found.setdefault(f"{{{schema.get('targetNamespace')}}}{one.get('name')}", []).append((path, newer))
    return found


def main() -> None:
    """Compare, print, and exit with 1 where ours is wrong or nobody knows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--invented", type=int, default=10_000)
    parser.add_argument("--npm", type=Path, help="a folder that the npm package is, or may be, installed in")
    parser.add_argument("--xml-only", action="store_true")
    arguments = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        if not arguments.xml_only:
            bad += compare_segments(arguments.data, arguments.invented, arguments.npm or Path(folder))
    bad += compare_documents(arguments.data)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
