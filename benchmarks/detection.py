"""Measure how well screening finds fraud in the Korean data, beside plain ways, with the leak shown."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tidewaiter.stages import learn, screen
from tidewaiter.stages.learn.quality import measure
from tidewaiter.stages.record import ITEM_SCHEMA, OUTCOME_SCHEMA

RAW = (
    *("Office ID", "Process Type", "Import Type", "Import Use", "Payment Type", "Mode of Transport", "Declarant ID"),
    *("Importer ID", "Seller ID", "Courier ID", "HS6 Code", "Country of Departure", "Country of Origin", "Tax Type"),
    "Country of Origin Indicator",
)
NUMBERS = ("Tax Rate", "Net Mass", "Item Price")
COLUMNS: dict[str, str] = {
    "record_key": 'md5("Declaration ID")',
    "version": "1",
    "reference": '"Declaration ID"',
    "state": "'kept'",
    **dict.fromkeys(("day", "known_on", "received_on"), '"Date"'),
    "office": '"Office ID"',
    "type": '"Import Type"',
    "function": "'9'",
    "importer": '"Importer ID"',
    "declarant": '"Declarant ID"',
    "seller": '"Seller ID"',
    "carrier": '"Courier ID"',
    "departure": '"Country of Departure"',
    "destination": "'KR'",
    "mode": 'left("Mode of Transport", 1)',
    "item_count": "1",
    **dict.fromkeys(("errors", "warnings", "batch"), "0"),
    "item": "1",
    "head": "TRUE",
    "hs": "lpad(\"HS6 Code\", 6, '0')",
    "origin": '"Country of Origin"',
    "duty_type": '"Tax Type"',
    "duty_rate": '"Tax Rate"',
    "payment_method": '"Payment Type"',
    "origin_marking": '"Country of Origin Indicator"',
    "process_type": '"Process Type"',
    "import_use": '"Import Use"',
    "net_kg": '"Net Mass"',
    "value": '"Item Price"',
    "currency": "'KRW'",
}
TEMPLATE = (
    'concat_ws(\'|\', "HS6 Code", "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type", "Net Mass")'
)
PUBLISHED = "published (arXiv 2208.02484), best: LightGBM P@5 .762, P@10 .641; with templates held apart AUC .607"
DRAWS = 300


class Split:
    """One file of the data: raw columns, items and outcomes as history has them, labels, templates."""

    def __init__(self, con: duckdb.DuckDBPyConnection, file: Path, folder: Path) -> None:
        con.execute(
            "CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv(?, header = true, all_varchar = true)", [str(file)]
        )
        con.execute("ALTER TABLE raw ADD COLUMN template VARCHAR")
        con.execute(f"UPDATE raw SET template = {TEMPLATE}")
        order = 'ORDER BY "Date", "Declaration ID"'
        self.raw = con.execute(f"SELECT * FROM raw {order}").to_arrow_table()
        told = [f'{COLUMNS.get(name, "NULL")} AS "{name}"' for name in ITEM_SCHEMA.names]
        self.items = con.execute(f"SELECT {', '.join(told)} FROM raw {order}").to_arrow_table()
        self.items = _cast(con, self.items, ITEM_SCHEMA)
        known = {"record_key": 'md5("Declaration ID")', "outcome_key": 'md5("Declaration ID")', "version": "1"}
        known |= {"known_on": '"Date"', "positive": "\"Fraud\" = '1'", "critical": "\"Critical Fraud\" = '2'"}
        told = [f'{known.get(name, "NULL")} AS "{name}"' for name in OUTCOME_SCHEMA.names]
        outcomes = _cast(
            con, con.execute(f"SELECT {', '.join(told)} FROM raw {order}").to_arrow_table(), OUTCOME_SCHEMA
        )
        self.item_file, self.outcome_file = folder / f"{file.stem}-i.parquet", folder / f"{file.stem}-o.parquet"
        pq.write_table(self.items, self.item_file)
        pq.write_table(outcomes, self.outcome_file)
        self.positive: NDArray[np.bool_] = np.array(outcomes.column("positive").to_pylist())
        self.template: NDArray[np.str_] = np.array(self.raw.column("template").to_pylist())


def _cast(con: duckdb.DuckDBPyConnection, table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give a table of texts the types of a schema."""
    con.register("texts", table)
    types = {pa.string(): "VARCHAR", pa.int32(): "INTEGER", pa.int64(): "BIGINT", pa.float64(): "DOUBLE"}
    types |= {pa.date32(): "DATE", pa.bool_(): "BOOLEAN"}
    told = [f'CAST("{field.name}" AS {types[field.type]}) AS "{field.name}"' for field in schema]
    return con.execute(f"SELECT {', '.join(told)} FROM texts").to_arrow_table().cast(schema)


def ours(
    con: duckdb.DuckDBPyConnection, known: Sequence[Split], unseen: Sequence[Split], test: Split, folder: Path
) -> dict[str, NDArray[np.float64]]:
    """Return the scores of our model, of our rules alone, and of what the same consignment's past alone says.

    `known` splits have outcomes; declarations of the `unseen` ones are history too, their outcomes are not known.
    """
    profiles = folder / f"profiles-{len(known)}-{test.item_file.stem}"
    items = [split.item_file for split in (*known, *unseen)]
    outcomes = [split.outcome_file for split in known]
    screen.build_profiles(con, items, outcomes, profiles)
    pack = screen.load_pack()
    model = learn.fit(con, items, outcomes, profile_folder=profiles, pack=pack, today=date(2021, 7, 1))
    scores: dict[str, NDArray[np.float64]] = {}
    for name, used in (("our model", model), ("our rules only", None)):
        found = screen.run(con, test.items, profile_folder=profiles, pack=pack, model=used)
        scores[name] = np.array([one.log_odds for one in found])
    frame = screen.feature_frame(con, test.items, profiles)
    scores["repeat look-up"] = frame.column("pattern_rate").to_numpy()
    return scores


def plain(known: Sequence[Split], test: Split, seed: int) -> NDArray[np.float64]:
    """Return the scores of LightGBM as it comes, on the raw columns; categories are those of the known splits."""
    train = pa.concat_tables([split.raw for split in known])
    matrices: list[list[NDArray[np.float64]]] = [[], []]
    for name in RAW:
        places = {value: place for place, value in enumerate(sorted(set(train.column(name).to_pylist()) - {None}))}
        for matrix, table in zip(matrices, (train, test.raw), strict=True):
            matrix.append(np.array([places.get(value, -1) for value in table.column(name).to_pylist()], dtype=float))
    for name in NUMBERS:
        for matrix, table in zip(matrices, (train, test.raw), strict=True):
            matrix.append(table.column(name).cast(pa.float64()).to_numpy())
    positive = np.concatenate([split.positive for split in known]).astype(float)
    data = lightgbm.Dataset(np.column_stack(matrices[0]), positive, categorical_feature=list(range(len(RAW))))
    settings = {"objective": "binary", "verbosity": -1, "seed": seed, "num_threads": 1, "deterministic": True}
    return np.asarray(lightgbm.train(settings, data, num_boost_round=100).predict(np.column_stack(matrices[1])))


def interval(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], clusters: NDArray[np.str_], seed: int
) -> dict[str, tuple[float, float]]:
    """Return 95 % intervals of the area and of precision at 10 %, drawing whole templates with replacement."""
    chance = np.random.default_rng(seed)
    _, place = np.unique(clusters, return_inverse=True)
    members = np.split(np.argsort(place, kind="stable"), np.cumsum(np.bincount(place))[:-1])
    areas, precisions = [], []
    for _ in range(DRAWS):
        rows = np.concatenate([members[one] for one in chance.integers(len(members), size=len(members))])
        quality = measure(positive[rows], scores[rows])
        if quality is not None:
            areas.append(quality.auc)
            precisions.append(quality.precision["10%"])
    return {
        name: (float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975)))
        for name, drawn in (("auc", areas), ("p10", precisions))
    }


def table(title: str, test: Split, rows: NDArray[np.bool_], scores: dict[str, NDArray[np.float64]], seed: int) -> None:
    """Print precision and recall at 1, 5 and 10 %, and the area under the curve."""
    positive = test.positive[rows]
    print(f"\n{title}\n{len(positive):,} rows, {positive.sum():,} fraudulent ({positive.mean():.1%})")
    print(
        f"{'':18} {'P@1':>6} {'P@5':>6} {'P@10':>6} {'[95 %]':>14} "
        f"{'R@1':>6} {'R@5':>6} {'R@10':>6} {'AUC':>6} {'[95 %]':>14}"
    )
    for name, given in scores.items():
        quality = measure(positive, given[rows])
        assert quality is not None
        spread = interval(positive, given[rows], test.template[rows], seed)
        precision = " ".join(f"{value:6.3f}" for value in quality.precision.values())
        recall = " ".join(f"{value:6.3f}" for value in quality.recall.values())
        bands = [f"[{low:.3f}, {high:.3f}]" for low, high in spread.values()]
        print(f"{name:18} {precision} {bands[1]:>14} {recall} {quality.auc:6.3f} {bands[0]:>14}")


def protocol(con: duckdb.DuckDBPyConnection, splits: dict[str, Split], known: list[str], test: str, seed: int) -> None:
    """Measure one choice of what is known, in both protocols."""
    trained, tested = [splits[name] for name in known], splits[test]
    unseen = [split for name, split in splits.items() if name not in known]
    with tempfile.TemporaryDirectory() as folder:
        scores = ours(con, trained, unseen, tested, Path(folder))
    scores["LightGBM, raw"] = plain(trained, tested, seed)
    scores["random"] = np.random.default_rng(seed).random(len(tested.positive))
    templates = set(np.concatenate([split.template for split in trained]).tolist())
    new = np.array([template not in templates for template in tested.template])
    told = f"outcomes known of {' and '.join(known)}, measured on {test}"
    print(f"\n=== {told}: {1 - new.mean():.1%} of its rows repeat a template whose outcome is known ===")
    table(f"A. published time split ({told})", tested, np.ones(len(new), dtype=bool), scores, seed)
    table(f"B. as A, without rows whose template is known ({told})", tested, new, scores, seed)


def speed(con: duckdb.DuckDBPyConnection, splits: dict[str, Split], rows: int) -> None:
    """Measure how many rows a second get their features, and their score with reasons."""
    everything = pa.concat_tables([split.items for split in splits.values()])
    many = pa.concat_tables([everything] * (rows // len(everything) + 1)).slice(0, rows)
    with tempfile.TemporaryDirectory() as folder:
        profiles = Path(folder) / "profiles"
        items = [split.item_file for split in splits.values()]
        outcomes = [splits["train"].outcome_file]
        _timed(
            f"build profiles, {len(everything):,} items",
            len(everything),
            screen.build_profiles,
            con,
            items,
            outcomes,
            profiles,
        )
        pack = screen.load_pack()
        model = learn.fit(con, items, outcomes, profile_folder=profiles, pack=pack, today=date(2021, 7, 1))
        test = splits["test"].items
        for given in (test, many):
            _timed(f"features, {len(given):,} rows", len(given), screen.feature_frame, con, given, profiles)
        frame = screen.feature_frame(con, test, profiles)
        hits = _timed(f"rules, {len(test):,} rows", len(test), pack.hit_frame, con, frame)
        inputs = screen.matrix(frame, hits, model.rules, pack)
        _timed(f"exact contributions, {len(test):,} rows", len(test), model.contributions, inputs)
        asked = {"profile_folder": profiles, "pack": pack, "model": model}
        _timed(f"score with reasons, {len(test):,} rows", len(test), screen.run, con, test, **asked)


def _timed(what: str, rows: int, function: Any, *given: Any, **named: Any) -> Any:
    """Call and print how fast it was."""
    begun = time.perf_counter()
    result = function(*given, **named)
    spent = time.perf_counter() - begun
    print(f"{what:44} {spent:7.2f} s {rows / spent:12,.0f} rows/s", flush=True)
    return result


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of df_syn_{train,valid,test}_eng.csv")
    parser.add_argument(
        "--tune", action="store_true", help="measure on the validation file only; the test file stays shut"
    )
    parser.add_argument("--speed", type=int, default=0, metavar="ROWS", help="measure speed too, on so many rows")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    names = ["train", "valid"] if asked.tune else ["train", "valid", "test"]
    missing = [name for name in names if not (asked.data / f"df_syn_{name}_eng.csv").exists()]
    if missing:
        print(f"There is no df_syn_{missing[0]}_eng.csv in {asked.data}.", file=sys.stderr)
        return 1
    con = duckdb.connect(":memory:")
    con.execute("SET threads = 2")
    with tempfile.TemporaryDirectory() as folder:
        splits = {name: Split(con, asked.data / f"df_syn_{name}_eng.csv", Path(folder)) for name in names}
        if asked.tune:
            protocol(con, splits, ["train"], "valid", asked.seed)
        else:
            protocol(con, splits, ["train"], "test", asked.seed)
            protocol(con, splits, ["train", "valid"], "test", asked.seed)
            print(f"\n{PUBLISHED}")
        if asked.speed and not asked.tune:
            print()
            speed(con, splits, asked.speed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
