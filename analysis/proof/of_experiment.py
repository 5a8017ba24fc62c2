"""The verdict of an action that is linked to an experiment: what chance assigned decides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.experiments import report
from analysis.experiments.judge import judge
from analysis.experiments.results import Effect, Judgement, Outcome
from analysis.experiments.results import Verdict as OfVariant
from analysis.proof.judge import CODE
from analysis.results import Comparison, Estimate
from data.proof_documents import verdict_document
from data.records_improvement import Assumption, ProofMetric, Verdict, VerdictWord

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

WORDS: Mapping[Outcome, VerdictWord] = {
    "ship": "worked",
    "stop": "did-not",
    "cannot-tell": "cannot-tell",
    "too-early": "cannot-tell",
    "refused": "cannot-tell",
}


def verdict(engine: Engine, db: Database, metric: ProofMetric) -> Verdict:
    """What this release says of the experiment, in the words of an action's verdict."""
    said = judge(engine, report.find(db, engine, metric.of))
    decides = _decides(said)
    plain = Verdict(
        word="cannot-tell" if decides is None else WORDS[decides.outcome],
        method="experiment",
        metric=metric,
        release=said.release,
        as_of=said.as_of,
        code=CODE,
        assumptions=tuple(Assumption("experiment", checked.holds, checked.said) for checked in said.checked),
        said=() if decides is None else (decides.said, *decides.because, *decides.would_change),
    )
    numbered = replace(plain, **_numbers(said, decides))
    return replace(numbered, digest=_digest(numbered))


def _digest(verdict: Verdict) -> str:
    document = json.dumps(verdict_document(verdict), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(document.encode()).hexdigest()


def _decides(said: Judgement) -> OfVariant | None:
    """The verdict on the variant that decides: one worth shipping before one that is not told, that before the rest."""
    order = ("ship", "cannot-tell", "too-early", "refused", "stop")
    return min(said.verdicts, key=lambda each: order.index(each.outcome), default=None)


def _numbers(said: Judgement, decides: OfVariant | None) -> dict[str, Any]:
    """Values and effect; those of money or means stand in the sentences, since an action counts shares."""
    effect = None if decides is None else said.primary(decides.variant)
    if effect is None or not isinstance(effect.difference, Comparison):
        return {}
    ends = effect.difference
    found: dict[str, Any] = {"p_value": ends.p_value, "confidence": ends.confidence, **_relative(effect)}
    if not (isinstance(effect.base, Estimate) and isinstance(effect.value, Estimate)):
        return found
    found |= {"n_before": effect.base.n, "n_after": effect.value.n}
    if effect.base.method != "wilson":
        return found
    found |= {"before": effect.base.value, "after": effect.value.value}
    return found | {"effect": ends.difference, "low": ends.low, "high": ends.high}


def _relative(effect: Effect) -> dict[str, Any]:
    found = effect.relative
    if found is None:
        return {}
    return {"relative": found.difference, "relative_low": found.low, "relative_high": found.high}
