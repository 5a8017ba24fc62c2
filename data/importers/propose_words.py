"""The sentences of recognition and proposals: what was understood, what is missing, what to type."""

import shlex
from collections.abc import Mapping, Sequence

from data.importers.propose import Proposal
from data.importers.raw import RawTable
from data.importers.recognise import Recognition
from data.importers.recognise_fields import Reading, Role
from data.staged import Note

_SURENESS = {
    "verbatim": "",
    "partial": " Its column list was never seen complete: check the result.",
    "documented": " Its column list is taken from documentation, not from a file: check the result.",
    "fixture": " Its column list is taken from test files that imitate it: check the result.",
    "memory": " Its column list was never confirmed: check the result.",
}


def arguments(raw: RawTable, role: str, columns: Mapping[str, str]) -> str:
    """Return `--table` and `--map` arguments that say the same, ready for a shell."""
    maps = " ".join(f"--map {shlex.quote(f'{role}.{f}={c}')}" for f, c in columns.items())
    return f"--table {shlex.quote(f'{role}={raw.path}')} {maps}".strip()


def _groups(gaps: Sequence[tuple[str, ...]]) -> str:
    return "; ".join(" or ".join(g) for g in gaps)


def problem(raw: RawTable, role: Role, columns: Mapping[str, str], gaps: Sequence[tuple[str, ...]]) -> str:
    """Say which needed fields a table lacks that the reader asked for."""
    return (
        f"{raw.name} cannot be read as {role.name}: no column was found for {_groups(gaps)}."
        f" Its columns are: {', '.join(raw.columns[:40])}."
        f" Name them: {arguments(raw, role.name, {**columns, **{g[0]: 'COLUMN' for g in gaps}})}"
    )


def advice(open_: Sequence[tuple[RawTable, Proposal | None]], refused: Sequence[RawTable]) -> str:
    """Say what was proposed for tables that are not understood well enough, as arguments to paste."""
    lines = [_one(raw, proposal) for raw, proposal in open_ if proposal is not None]
    if not lines:
        names = ", ".join(r.name for r in refused[:20]) or "nothing"
        return (
            f"No table of this import is known as one that tells who stayed and who left (found: {names})."
            " Name a table and its columns: --table customers=PATH --map customers.customer_id=COLUMN"
        )
    return "\n".join(
        [
            "Some tables are not understood well enough to be read without asking. Check and correct the proposal, then"
            " add these arguments (or accept it on the Data page):",
            *lines,
        ]
    )


def _one(raw: RawTable, proposal: Proposal) -> str:
    gaps = f"  # still missing: {_groups(proposal.missing)}" if proposal.missing else ""
    columns = {**proposal.columns, **{g[0]: "COLUMN" for g in proposal.missing}}
    return f"  {arguments(raw, proposal.role, columns)}{gaps}"


def origin_note(raw: RawTable, reading: Reading, proposal: Proposal | None) -> Note:
    """Say how a table is read."""
    pairs = ", ".join(f"{f} = {c}" for f, c in reading.columns.items())
    left = f"; not used: {', '.join(reading.unused[:30])}" if reading.unused else ""
    sure = f" (confidence {proposal.confidence:.2f})" if proposal is not None else ""
    code = "proposed" if proposal is not None else "recognised" if reading.system else "mapped"
    text = f"{raw.name} is read as {reading.role.name}, {reading.origin}{sure}: {pairs}{left}."
    return Note(code, text, raw.name)


def quality_note(raw: RawTable, found: Recognition) -> Note | None:
    """Warn when the column list of a recognised export was never proven on a real file."""
    text = _SURENESS[found.export.quality]
    return (
        Note("unproven_export", f"{raw.name}: {found.export.title}.{text}", raw.name, severity="warning")
        if text
        else None
    )


def unused_note(raw: RawTable, found: Recognition | None, proposal: Proposal | None) -> Note:
    """Say why a table is left out."""
    if found is not None:
        why = found.export.why or "nothing in it tells who left or why"
        return Note("not_used", f"{raw.name} is {found.export.title}; it is left out: {why}.", raw.name)
    if proposal is not None and proposal.missing:
        why = f"it looks like {proposal.role}, but no column was found for {_groups(proposal.missing)}"
    else:
        why = "no column in it is known"
    return Note("not_understood", f"{raw.name} is left out: {why}.", raw.name, severity="warning")
