"""The public golden cases: numbers of papers, R, statsmodels and others, with their tolerance; read from beside the checkout."""

import ast
import importlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from tests import datasets

Inputs = dict[str, Any]


@dataclass(frozen=True)
class GoldenCase:
    """One case; `inputs` hold the rows of its data set, if it has one, under `frame` (or `frames`)."""

    id: str
    area: str
    op: str
    inputs: Inputs
    expected: Mapping[str, Any]
    tolerance: Mapping[str, Any]


@cache
def golden_cases() -> tuple[GoldenCase, ...]:
    """Every public case; none where the reference folder is missing."""
    folder = datasets.folder()
    path = folder.parent / "reference" / "golden_public.json" if folder else None
    if path is None or not path.is_file():
        return ()
    names = ("id", "area", "op", "inputs", "expected", "tolerance")
    return tuple(GoldenCase(**{n: case[n] for n in names}) for case in json.loads(path.read_text())["cases"])


def with_rows(case: GoldenCase) -> Inputs:
    """The inputs, with the data set a package brings read from that package."""
    about = case.inputs.get("dataset")
    if about is None:
        return case.inputs
    if "loader" not in about:
        return {**case.inputs, "frame": _kept(about["file"])}
    frames = [_loaded(call) for call in re.findall(r"[a-z_.0-9]+\([^)]*\)", about["loader"])]
    if "filter" in about:
        frames = [frame.query(about["filter"]) for frame in frames]
    return {**case.inputs, "frame": frames[0], "frames": frames}


def _kept(file: str) -> Any:
    """A small file of a package that cannot be installed for it, kept in tests/golden/data under its own name."""
    return pd.read_csv(Path(__file__).parent / "data" / Path(file.split()[0]).name)


def _loaded(call: str) -> Any:
    """The frame that a call like `lifelines.datasets.load_rossi()` gives; nothing else can be called this way."""
    parsed = ast.parse(call, mode="eval").body
    assert isinstance(parsed, ast.Call)
    *path, name = ast.unparse(parsed.func).split(".")
    found = getattr(importlib.import_module(".".join(path)), name)(*(ast.literal_eval(a) for a in parsed.args))
    return getattr(found, "data", found)


def differences(case: GoldenCase, found: Mapping[str, Any]) -> list[str]:
    """Every expected number that was not found within its tolerance."""
    per_key = case.tolerance.get("per_key", {})
    missing = [f"{key}: not given" for key in case.expected if key not in found]
    both = [key for key in case.expected if key in found]
    return missing + [
        f"{key}{place}: {ours} is not {theirs}"
        for key in both
        for place, ours, theirs in _apart(found[key], case.expected[key], per_key.get(key, case.tolerance))
    ]


def _apart(ours: Any, theirs: Any, tolerance: Mapping[str, float], place: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(theirs, Mapping):
        return [a for k, v in theirs.items() for a in _apart(ours.get(k), v, tolerance, f"{place}.{k}")]
    if isinstance(theirs, Sequence) and not isinstance(theirs, str):
        if len(ours) != len(theirs):
            return [(place, ours, theirs)]
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [a for i, (o, t) in pairs for a in _apart(o, t, tolerance, f"{place}[{i}]")]
    return [] if _same(ours, theirs, tolerance) else [(place, ours, theirs)]


def _same(ours: Any, theirs: Any, tolerance: Mapping[str, float]) -> bool:
    if theirs is None:
        return ours is None or ours == "not reached" or math.isnan(ours)
    if isinstance(theirs, str) or ours is None:
        return ours == theirs
    return abs(ours - theirs) <= tolerance.get("abs", 0) + tolerance.get("rel", 0) * abs(theirs)
