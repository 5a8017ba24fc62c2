"""Which known export a table is, from its header row alone."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from data.importers.recognise_fields import Quality
from data.importers.recognise_names import is_custom, squeezed

#: Share of an export's column names, weighted by how rare they are among all exports, that a header row has to show.
ENOUGH = 0.6
#: The same for exports whose column list is not complete and which name the columns they cannot be without.
ENOUGH_PARTLY = 0.35
#: How much of a file's own names may be unknown to the export: files grow columns, but not without end.
KNOWN_HERE = 0.2


@dataclass(frozen=True, eq=False)
class Export:
    """One known export.

    columns     Names as the system writes them (facts; metadata columns left out).
    also        Older or alternative names of columns.
    needs       Names without which the table is not this export; empty = none in particular.
    role        What the table is read as; None = known but not used for churn, `why` says so.
    reads       Field -> column, or columns of which the first one present counts.
    attributes  Columns that become customer attributes; ("*",) = every column nobody else reads.
    """

    system: str
    export: str
    quality: Quality
    columns: tuple[str, ...]
    also: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    role: str | None = None
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    why: str = ""

    @property
    def title(self) -> str:
        """System and export as one reads them."""
        return f"{self.system}, {self.export}"


@dataclass(frozen=True)
class Recognition:
    """A table recognised as an export.

    share    Weighted share of the export's names that are there.
    choices  Field -> headers it can be read from, best known first.
    """

    export: Export
    share: float
    choices: Mapping[str, tuple[str, ...]]
    attributes: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def columns(self) -> dict[str, str]:
        """Field -> the header it is read from when values do not speak for another one."""
        return {f: headers[0] for f, headers in self.choices.items()}


def _export(entry: Mapping[str, object]) -> Export:
    def names(key: str) -> tuple[str, ...]:
        value = entry.get(key, ())
        return tuple(str(v) for v in value) if isinstance(value, list) else ()

    reads = entry.get("reads", {})
    assert isinstance(reads, dict)
    role, quality = entry["role"], entry["quality"]
    return Export(
        system=str(entry["system"]),
        export=str(entry["export"]),
        quality=quality,  # type: ignore[arg-type]  # the file is ours; a test checks the words
        columns=names("columns"),
        also=names("also"),
        needs=names("needs"),
        role=None if role is None else str(role),
        reads={f: (c,) if isinstance(c, str) else tuple(c) for f, c in reads.items()},
        attributes=names("attributes"),
        why=str(entry.get("why", "")),
    )


@cache
def exports() -> tuple[Export, ...]:
    """Every export we know, in the order of the reference file."""
    text = files("data").joinpath("reference", "exports.json").read_text(encoding="utf-8")
    return tuple(_export(entry) for entry in json.loads(text))


@cache
def _known(export: Export) -> frozenset[str]:
    return frozenset(squeezed(c) for c in export.columns)


@cache
def _rarity() -> Mapping[str, float]:
    """Weight of a name: rare names tell exports apart, `id` tells nothing."""
    seen = Counter(name for export in exports() for name in _known(export))
    return {name: math.log(1 + len(exports()) / n) for name, n in seen.items()}


def _weight(names: Iterable[str]) -> float:
    rarity = _rarity()
    return sum(rarity.get(name, math.log(1 + len(exports()))) for name in names)


def _present(header: Sequence[str]) -> dict[str, str]:
    """Comparable name -> header as it stands; the first of equal names counts."""
    found: dict[str, str] = {}
    for name in header:
        found.setdefault(squeezed(name), name)
    return found


def _scores(export: Export, here: Mapping[str, str]) -> tuple[float, float]:
    known = _known(export)
    shared = known & here.keys()
    alternatives = {squeezed(c) for c in export.also} & here.keys()
    return _weight(shared) / _weight(known), (len(shared) + len(alternatives)) / max(1, len(here))


def _fits(export: Export, here: Mapping[str, str]) -> bool:
    share, familiar = _scores(export, here)
    if not all(squeezed(c) in here for c in export.needs):
        return False
    return share >= (ENOUGH_PARTLY if export.needs else ENOUGH) and familiar >= KNOWN_HERE


def _order(export: Export, header: Sequence[str], here: Mapping[str, str]) -> tuple[float, ...]:
    """How good a fit is: share of both sides, then the same order of columns, then the surer source."""
    share, familiar = _scores(export, here)
    same_order = [squeezed(c) for c in export.columns] == [squeezed(c) for c in header]
    return (round(share * familiar, 6), float(same_order), float(export.quality == "verbatim"))


def _reads(export: Export, here: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found = {f: tuple(here[squeezed(c)] for c in names if squeezed(c) in here) for f, names in export.reads.items()}
    return {f: headers for f, headers in found.items() if headers}


def _attributes(export: Export, header: Sequence[str], here: Mapping[str, str], used: set[str]) -> tuple[str, ...]:
    custom = [c for c in header if is_custom(c) and c not in used]
    if export.attributes == ("*",):
        return tuple(c for c in header if c not in used)
    named = [here[squeezed(c)] for c in export.attributes if squeezed(c) in here]
    return tuple(dict.fromkeys([*named, *custom]))


def recognise(header: Sequence[str]) -> Recognition | None:
    """Return the export a header row belongs to, or None when no known export fits.

    Blanks, case, BOM, "(UTC)", "property_", column order, further columns and missing unimportant ones do not matter.
    """
    own = [c for c in header if not is_custom(c)]
    here = _present(own)
    candidates = [export for export in exports() if _fits(export, here)]
    if not candidates:
        return None
    best = max(candidates, key=lambda export: _order(export, own, here))
    choices = _reads(best, here)
    missing = tuple(c for c in best.columns if squeezed(c) not in here)
    attributes = _attributes(best, header, here, {c for headers in choices.values() for c in headers})
    return Recognition(best, _scores(best, here)[0], choices, attributes, missing)
