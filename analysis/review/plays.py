"""The fifth question: which experiments worked, as they were read when they were due; plays are not recorded yet."""

from __future__ import annotations

from typing import Any

from analysis.experiments.report import overview
from analysis.review.parts import Asked, Column, Document, Section, figure, table
from data.database.repositories import experiments
from data.records_experiments import Experiment, LookTaken

_ROWS = (
    Column("name"),
    Column("key"),
    Column("state", "experiment_state"),
    Column("measure", "measure"),
    Column("assigned", "count"),
    Column("variant"),
    Column("effect", "measured"),
    Column("p_value", "p"),
    Column("verdict", "outcome"),
    Column("release", "number"),
    Column("decision", "decision"),
)


def section(asked: Asked) -> Section:
    """Every experiment with what its last look showed and what was decided."""
    stored = {one.key: one for one in experiments.all(asked.database)}
    rows = [row for found in overview(asked.engine, asked.database) for row in _rows(found, stored.get(found["key"]))]
    decided = [row for row in rows if row["decision"]]
    return Section(
        figures=[
            figure("experiments", "count", len({row["key"] for row in rows})),
            figure("experiments_read", "count", len({row["key"] for row in rows if row["effect"] is not None})),
            figure("experiments_decided", "count", len({row["key"] for row in decided})),
            figure("plays_recorded", "count", None),
        ],
        tables=[table("experiments", _ROWS, rows)],
        notes=[
            "Plays are not recorded yet: how often they work is unknown, not zero.",
            "An experiment shows what was seen when a look was due; one without a plan is not read here.",
        ],
    )


def _rows(found: dict[str, Any], stored: Experiment | None) -> list[Document]:
    """One row per variant of the last look; one without an effect where none was taken."""
    looks = [] if stored is None else [look for look in stored.looks if look.kind != "later"]
    last = [look for look in looks if look.number == looks[-1].number]
    decided = stored.decisions[-1] if stored is not None and stored.decisions else None
    plain = {n: found[n] for n in ("name", "key", "state", "measure", "assigned")}
    plain |= {"decision": decided.kind if decided else "", "decided": decided.reason if decided else ""}
    return [{**plain, **_look(look)} for look in last] or [{**plain, **_look(None)}]


def _look(look: LookTaken | None) -> Document:
    if look is None:
        empty = dict.fromkeys(("effect", "effect_low", "effect_high", "p_value", "release", "read_on"), None)
        return {"variant": "", "verdict": "", **empty}
    limits = {"effect": look.difference, "effect_low": look.low, "effect_high": look.high}
    return {
        "variant": look.variant,
        "verdict": look.verdict,
        **limits,
        "p_value": look.p_value,
        "release": look.release,
        "read_on": look.on.isoformat(),
    }
