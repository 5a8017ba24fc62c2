"""Changes of the list of reasons, each of which makes a new version, and reading an answer under any version.

A merge and a rename carry old answers along; a split leaves them at the parent until somebody gives each its part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from data.errors import ReviewError
from data.reasons import reason_key
from data.records_interviews import Avoidable, Interview, Reason, Taxonomy


def add(taxonomy: Taxonomy, label: str, avoidable: Avoidable = "unclear") -> Taxonomy:
    """A further reason."""
    return _changed(taxonomy, (*taxonomy.reasons, _new(taxonomy, label, avoidable)))


def rename(taxonomy: Taxonomy, code: str, label: str) -> Taxonomy:
    """Another label for the same reason: its code, and what was answered under it, stay."""
    if _said(label) != _chosen(taxonomy, code).label:
        _refuse_taken(taxonomy, label)
    return _replaced(taxonomy, {code: replace(_chosen(taxonomy, code), label=_said(label))})


def judge(taxonomy: Taxonomy, code: str, avoidable: Avoidable) -> Taxonomy:
    """Say whether losses for this reason can be avoided, where the interview does not say so itself."""
    return _replaced(taxonomy, {code: replace(_chosen(taxonomy, code), avoidable=avoidable)})


def split(taxonomy: Taxonomy, code: str, labels: Sequence[str]) -> Taxonomy:
    """Several reasons in the place of one; old answers stay at that one until each is coded again."""
    parent = _chosen(taxonomy, code)
    if len(labels) < 2:
        raise ReviewError(f"{parent.label} is split into at least two reasons. Give the name of each.")
    made = taxonomy
    for label in labels:
        made = replace(made, reasons=(*made.reasons, replace(_new(made, label, parent.avoidable), parent=code)))
    return _replaced(made, {code: replace(parent, archived=True)})


def merge(taxonomy: Taxonomy, codes: Iterable[str], into: str) -> Taxonomy:
    """One reason in the place of several: what was answered under them counts under `into` from now on."""
    target = _chosen(taxonomy, into)
    gone = [_chosen(taxonomy, code) for code in dict.fromkeys(codes) if code != into]
    if not gone:
        raise ReviewError(f"{target.label} cannot be merged with itself alone. Choose another reason to merge into it.")
    archived = {reason.code: replace(reason, archived=True) for reason in gone}
    return replace(_replaced(taxonomy, archived), remap=tuple((reason.code, into) for reason in gone))


def archive(taxonomy: Taxonomy, code: str) -> Taxonomy:
    """A reason that is given no more; old answers keep it."""
    reason = _chosen(taxonomy, code)
    if len(taxonomy.choosable) == 1:
        raise ReviewError(f"{reason.label} is the last reason of the list, and one must stay. Add another one first.")
    return _replaced(taxonomy, {code: replace(reason, archived=True)})


def code_under(history: Sequence[Taxonomy], code: str, given: int, wanted: int) -> str:
    """The code of an answer given under one version as another version reads it.

    history  Every version in order; version n stands at n - 1.

    Forwards a merge maps it on; backwards a part of a split becomes the whole again. "" where the wanted version has no
    such reason: it was added later.
    """
    for version in range(given + 1, wanted + 1):
        code = dict(history[version - 1].remap).get(code, code)
    for version in range(given, wanted, -1):
        code = _before(history[version - 1], history[version - 2], code)
    return code


def diagnosis_under(history: Sequence[Taxonomy], interview: Interview, wanted: int) -> str:
    """The diagnosed code of an interview as a version of the list knows it.

    The last code given under that version or an earlier one; without any, the first one given, read backwards.
    """
    given = [(interview.taxonomy, interview.diagnosed), *((r.taxonomy, r.diagnosed) for r in interview.recodings)]
    known = [each for each in given if each[0] <= wanted]
    version, code = known[-1] if known else given[0]
    return code_under(history, code, version, wanted) if code else ""


def _before(later: Taxonomy, earlier: Taxonomy, code: str) -> str:
    if earlier.find(code) is not None or not code:
        return code
    reason = later.find(code)
    return reason.parent if reason is not None else ""


def _chosen(taxonomy: Taxonomy, code: str) -> Reason:
    reason = taxonomy.find(code)
    if reason is None or reason.archived:
        known = ", ".join(each.code for each in taxonomy.choosable)
        raise ReviewError(f"There is no reason {code} in version {taxonomy.version} of the list. There are: {known}.")
    return reason


def _new(taxonomy: Taxonomy, label: str, avoidable: Avoidable) -> Reason:
    label = _said(label)
    _refuse_taken(taxonomy, label)
    stem = reason_key(label).replace(" ", "_") or "reason"
    taken = {reason.code for reason in taxonomy.reasons}
    code = next(c for c in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if c not in taken)
    return Reason(code, label, avoidable)


def _said(label: str) -> str:
    if not label.strip():
        raise ReviewError("A reason needs a name. Write one or two words that everybody will understand.")
    return label.strip()


def _refuse_taken(taxonomy: Taxonomy, label: str) -> None:
    if reason_key(label) in {reason_key(reason.label) for reason in taxonomy.choosable}:
        raise ReviewError(f"There is a reason {label.strip()} already. Choose another name.")


def _replaced(taxonomy: Taxonomy, by_code: dict[str, Reason]) -> Taxonomy:
    return _changed(taxonomy, tuple(by_code.get(reason.code, reason) for reason in taxonomy.reasons))


def _changed(taxonomy: Taxonomy, reasons: tuple[Reason, ...]) -> Taxonomy:
    """The list as it will be; its version is still the one it was made from, until it is stored."""
    return Taxonomy(taxonomy.version, reasons)
