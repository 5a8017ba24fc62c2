"""The words for what a pack of the review holds in codes: its sections, figures, tables, columns and cells."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from analysis.metrics.catalogue import METRICS
from analysis.review.numbers import unit_of
from dashboard import (
    action_words,
    experiment_words,
    formats,
    mapping_form,
    persona_crosstab,
    persona_words,
    reason_words,
    segment_words,
)
from dashboard.customer_list import CAUSES
from dashboard.definitions import title_of
from dashboard.language import N_, _
from dashboard.said import in_this_language
from data.records import Condition
from data.records_improvement import ProofMetric

Document = Mapping[str, Any]

SECTIONS = {
    "verdicts": N_("What became of what we decided"),
    "who-left": N_("Whom did we lose?"),
    "in-common": N_("What do they have in common?"),
    "reasons": N_("Why did they leave?"),
    "saves": N_("How often did saving succeed?"),
    "plays": N_("Which plays and experiments worked?"),
    "missing": N_("What we do not know"),
    "next-steps": N_("Decisions and next steps"),
}
#: Sections whose table is the answer, and whose charts are what it rests on.
TABLE_FIRST = frozenset({"verdicts"})
NOT_RECORDED = N_("not recorded")
#: Names of figures that the metric dictionary does not know, or calls by what it splits them by.
FIGURES = {
    "attributes_looked_at": N_("Attributes looked at"),
    "kinds_unlike": N_("Kinds of customers unlike the others"),
    "losses": N_("Customers lost"),
    "mrr_lost_cents": N_("MRR lost"),
    "mrr_churn_cents": N_("MRR lost"),
    "stated_share": N_("Losses with a stated reason"),
    "undiagnosed_share": N_("Losses without a diagnosed reason"),
    "avoidable_share": N_("Avoidable, as diagnosed"),
    "avoidable_stated_share": N_("Usually avoidable, by the stated reason"),
    "experiments": N_("Experiments"),
    "experiments_read": N_("Experiments read"),
    "experiments_decided": N_("Experiments decided"),
    "plays_recorded": N_("Plays"),
    "actions_open": N_("Open actions"),
    "actions_worked": N_("Actions that worked"),
    "actions_did_not": N_("Actions that did not work"),
    "actions_cannot_tell": N_("Actions of which the data cannot tell"),
    "missing_inputs": N_("Missing inputs"),
    "cancel_requests": N_("Requests to cancel"),
    "saved_30": N_("Still paying after 30 days"),
    "saved_60": N_("Still paying after 60 days"),
    "saved_90": N_("Still paying after 90 days"),
}
TABLES = {
    "largest_losses": N_("The largest losses"),
    "groups": N_("Groups confirmed on customers that had no part in the search"),
    "unlike_others": N_("Kinds of customers that left more or less often"),
    "changed": N_("Kinds whose own rate changed"),
    "reasons": N_("Reasons by size"),
    "disagreements": N_("How often two kinds of reasons differ"),
    "unmapped": N_("Texts that stand for no reason yet"),
    "experiments": N_("Experiments, as they were read when a look was due"),
    "verdicts": N_("Verdicts"),
    "actions": N_("Actions"),
    "missing": N_("Missing inputs"),
    "overdue": N_("Actions that are overdue"),
    "stale": N_("Sources whose newest day is long past"),
    "failed_checks": N_("Checks of the data that failed"),
}
COLUMNS = {
    "name": N_("Name"),
    "title": N_("Title"),
    "action": N_("Action"),
    "owner": N_("Owner"),
    "department": N_("Department"),
    "due": N_("Due"),
    "check_on": N_("Check date"),
    "shipped_on": N_("Shipped on"),
    "mrr_cents": N_("MRR"),
    "lost_on": N_("Lost on"),
    "started_on": N_("Customer since"),
    "cause": N_("Cause"),
    "stated": N_("Stated reason"),
    "diagnosed": N_("Diagnosed reason"),
    "suggested": N_("Suggested reason"),
    "avoidable": N_("Avoidable"),
    "attribute": N_("Attribute"),
    "value": N_("Value"),
    "customers": N_("Customers"),
    "customers_before": N_("Quarter before"),
    "churned": N_("Lost"),
    "rate": N_("Rate"),
    "rate_before": N_("Rate before"),
    "rate_after": N_("Rate after"),
    "lift": N_("Lift"),
    "lift_confirmed": N_("Lift, confirmed"),
    "mrr_lost_cents": N_("MRR lost"),
    "p_adjusted": N_("Adjusted p"),
    "p_value": N_("p"),
    "conditions": N_("Who"),
    "mix_effect": N_("Mix"),
    "rate_effect": N_("Rate effect"),
    "reason": N_("Reason"),
    "kind": N_("Kind"),
    "share": N_("Share"),
    "one": N_("One"),
    "other": N_("Other"),
    "n": N_("Customers"),
    "text": N_("Text"),
    "key": N_("Key"),
    "state": N_("State"),
    "measure": N_("Measure"),
    "metric": N_("Number it must move"),
    "baseline": N_("Baseline"),
    "before": N_("Before"),
    "after": N_("After"),
    "assigned": N_("Assigned"),
    "variant": N_("Variant"),
    "effect": N_("Effect"),
    "verdict": N_("Verdict"),
    "release": N_("Data release"),
    "decision": N_("Decision"),
    "source": N_("Source"),
    "relative": N_("Of what would have been"),
    "said": N_("In words"),
    "what": N_("What"),
    "days": N_("Days old"),
    "detail": N_("Detail"),
    "newest": N_("Newest day"),
    "count": N_("How many"),
}
MISSING = {
    "losses_without_reason": N_("Losses without a stated reason"),
    "losses_undiagnosed": N_("Losses without a diagnosed reason"),
    "losses_unmapped": N_("Losses whose stated reason stands for none of the list"),
    "actions_without_owner": N_("Actions without an owner"),
    "actions_without_plan": N_("Actions without a plan of proof"),
    "decisions_without_owner": N_("Decisions of the review before without an owner"),
    "verdicts_due": N_("Actions whose verdict is due"),
}
VERDICTS = {"worked": N_("Worked"), "did-not": N_("Did not work"), "cannot-tell": N_("Cannot tell yet")}
#: Kinds of columns whose cells are codes of a list.
_LISTS: dict[str, Mapping[str, str]] = {
    "cause": CAUSES,
    "kind": reason_words.KINDS,
    "avoidable": reason_words.AVOIDABLE,
    "verdict": VERDICTS,
    "state": action_words.STATES,
    "missing": MISSING,
    "unlike": persona_crosstab.VERDICTS,
    "experiment_state": experiment_words.STATES,
    "outcome": experiment_words.OUTCOMES,
    "decision": experiment_words.DECISIONS,
}


def section(key: str) -> str:
    """What a section asks."""
    return _named(SECTIONS, key)


def section_or(text: str) -> str:
    """What a section asks, where the text is the key of one; else the text."""
    return section(text) if text in SECTIONS else text


def figure(name: str) -> str:
    """What a figure is called: by a name of its own in a pack, else as the metric dictionary calls it."""
    return title_of(name) if name in METRICS and name not in FIGURES else _named(FIGURES, name)


def table(key: str) -> str:
    """What a table shows."""
    return _named(TABLES, key)


def column(name: str) -> str:
    """What a column is called."""
    return _named(COLUMNS, name)


def _named(words: Mapping[str, str], code: str) -> str:
    return _(words[code]) if code in words else code.replace("_", " ").replace("-", " ").capitalize()


def amount(value: float | None, unit: str, currency: str = "") -> str:
    """A value in its unit; a dash where there is none."""
    if value is None:
        return formats.NOTHING
    return (
        experiment_words.number(value) if unit in {"number", "days", "score"} else formats.value(value, unit, currency)
    )


def limits(found: Document, unit: str, currency: str = "") -> str:
    """The interval of a figure; nothing where it has none."""
    if found.get("low") is None or found.get("high") is None:
        return ""
    return f"{amount(found['low'], unit, currency)} – {amount(found['high'], unit, currency)}"


def why_unknown(found: Document) -> str:
    """Why a figure has no value, and what would be needed."""
    why = found.get("unknown") or NOT_RECORDED
    why = in_this_language(_(why))
    if not found.get("needed"):
        return why
    need = _("There are {have}; at least {needed} are needed.")
    return f"{why}. {need.format(have=formats.count(found['have'] or 0), needed=formats.count(found['needed']))}"


def cell(row: Document, column: Document, pack: Document) -> str:
    """One cell in words, with its limits where it has any."""
    field, kind = column["field"], column["kind"]
    value = row.get(field)
    if value is None or value == "":
        return formats.NOTHING
    ends = row.get(f"{field}_low"), row.get(f"{field}_high")
    if kind == "measured" or field == "relative":
        unit = "relative" if field == "relative" else unit_of(row)
        return formats.effect(value, *ends, unit, pack.get("currency", ""))
    written = _written(value, kind, pack, row)
    if None in ends:
        return written
    return f"{written} ({' – '.join(_written(end, kind, pack, row) for end in ends)})"


def _written(value: Any, kind: str, pack: Document, row: Document) -> str:
    if kind in _NUMBERS:
        return _NUMBERS[kind](value, pack.get("currency", ""))
    if kind in _LISTS:
        return _named(_LISTS[kind], str(value))
    if kind in _NAMES:
        return _NAMES[kind](value, pack)
    if kind == "amount":
        return amount(value, unit_of(row), pack.get("currency", ""))
    return str(value)


_NUMBERS: dict[str, Any] = {
    "count": lambda value, _currency: formats.count(value),
    "money": lambda value, currency: formats.money(value, currency, compact=True),
    "rate": lambda value, _currency: formats.rate(value),
    "points": lambda value, _currency: formats.points(value, 2),
    "number": lambda value, _currency: experiment_words.number(value),
    "p": lambda value, _currency: formats.probability(value).removeprefix("= "),
    "day": lambda value, _currency: formats.day(date.fromisoformat(value)),
}


def reason(code: str, pack: Document) -> str:
    """A reason as it was called when the pack was made; one everybody starts with in the reader's language."""
    known = pack.get("labels", {}).get("reasons", {})
    found = known.get(code)
    if found is None:
        return code
    label = found["label"]
    label = _(label) if reason_words.REASONS.get(code) == label else label
    return f"{reason(found['parent'], pack)} · {label}" if found.get("parent") else label


def attribute(key: str, pack: Document) -> str:
    """What an attribute is called."""
    label = pack.get("labels", {}).get("attributes", {}).get(key)
    return label or persona_words.behaviour(key).replace("_", " ").capitalize()


def measure(code: str) -> str:
    """What an experiment measures, as "retained_90"; a column of outcomes keeps its name."""
    kind, _between, days = code.rpartition("_")
    known = kind in experiment_words.KINDS and days.isdigit()
    return _(experiment_words.KINDS[kind]).format(days=formats.count(int(days))) if known else code


def conditions(found: Sequence[Document], pack: Document) -> str:
    """Whom a row counts, in one phrase."""
    told = [Condition(c["attribute"], c["operator"], tuple(c["values"])) for c in found]
    labels = {c.attribute: attribute(c.attribute, pack) for c in told}
    return " · ".join(segment_words.condition(c, labels) for c in told)


#: Kinds of columns whose cells name something.
_NAMES: dict[str, Callable[[Any, Document], str]] = {
    "reason": lambda value, pack: reason(value, pack),
    "attribute": lambda value, pack: attribute(value, pack),
    "conditions": lambda value, pack: conditions(value, pack),
    "metric": lambda value, _pack: action_words.metric(ProofMetric(**value)),
    "said": lambda value, _pack: in_this_language(value),
    "measure": lambda value, _pack: measure(value),
    "source": lambda value, _pack: _named(mapping_form.ROLES, value),
    "list": lambda value, _pack: ", ".join(map(str, value)),
    "text": lambda value, _pack: persona_words.value(str(value)),
}
