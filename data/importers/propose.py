"""What an unknown table probably is and which column means what, from names and values, with reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.importers.propose_content import Profile
from data.importers.propose_names import name_score
from data.importers.recognise_fields import Field, Role
from data.importers.recognise_names import normal
from data.importers.recognise_roles import PROPOSED

#: A column is proposed for a field from here on; below, names and values say too little.
LEAST = 0.4
#: A table may be read without asking when every needed field is at least this sure ...
SURE = 0.8
#: ... and the next best role is at least this much weaker.
MARGIN = 1.15

_STEMS: dict[str, tuple[str, ...]] = {
    "customers": (
        "customer",
        "account",
        "client",
        "compan",
        "organi",
        "member",
        "tenant",
        "kunde",
        "mitglied",
        "客户",
        "会员",
        "企业",
    ),
    "subscriptions": (
        "subscription",
        "contract",
        "license",
        "licence",
        "vertrag",
        "vertraeg",
        "verträg",
        "abonn",
        "contrat",
        "suscrip",
        "订阅",
        "合同",
    ),
    "usage_daily": ("usage", "activity", "daily", "nutzung", "使用", "活跃"),
    "feature_usage": ("feature", "module", "功能"),
    "tickets": ("ticket", "case", "support", "issue", "工单", "客服"),
    "invoices": ("invoice", "billing", "bills", "rechnung", "factur", "发票", "账单"),
    "purchases": (
        "purchase",
        "order",
        "transaction",
        "sales",
        "bestell",
        "umsätze",
        "commande",
        "pedido",
        "购买",
        "订单",
        "交易",
    ),
    "touches": ("touch", "interaction", "campaign", "crm", "marketing", "触达"),
    "assignments": ("experiment", "assignment", "abtest", "ab_test", "实验"),
    "surveys": ("survey", "nps", "csat", "问卷", "调查"),
    "releases_log": ("release", "changelog", "发布"),
    "exits": ("churn", "exit", "cancel", "流失", "退订"),
    "events": ("event", "clickstream", "log", "事件"),
    "snapshot": ("snapshot", "telco", "churn"),
}


@dataclass(frozen=True)
class Match:
    """One column proposed for one field."""

    field: str
    header: str
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """What a table probably is.

    confidence  0-1, of role and columns together.
    missing     Groups of fields of which one is needed and none was found.
    sure        It may be read without asking.
    """

    table: str
    role: str
    matches: tuple[Match, ...]
    confidence: float
    missing: tuple[tuple[str, ...], ...] = ()
    sure: bool = False
    unused: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Field -> header."""
        return {m.field: m.header for m in self.matches}


@dataclass(frozen=True)
class Look:
    """What is known of a table when a proposal is made.

    inside  Field (customer_id, subscription_id) -> header -> share of its values among the ids already known.
    """

    table: str
    headers: tuple[str, ...]
    profiles: Mapping[str, Profile]
    inside: Mapping[str, Mapping[str, float]]


def _kind_fits(field: Field, p: Profile) -> bool:
    """Say whether values can be of the field's kind; an empty column contradicts nothing."""
    if p.kinds == 0:
        return True
    if field.kind in ("date", "timestamp"):
        return p.dates >= 0.8 or (p.whole >= 0.95 and 9.5 <= p.length <= 13.5)
    if field.kind in ("integer", "number", "money", "amount"):
        return p.numbers >= 0.8 and p.dates < 0.95
    if field.kind == "boolean":
        return p.truth >= 0.9 or p.kinds <= 3
    return p.dates < 0.95 or field.kind == "id"


def _by_ids(field: Field, header: str, score: float, reasons: list[str], look: Look) -> float:
    """Raise or lower the score of an id column by how many of its values are known ids."""
    shares = look.inside.get(field.name)
    if not shares or field.kind != "id":
        return score
    share, best = shares.get(header, 0.0), max(shares.values())
    if share >= 0.5 and (score > 0 or _like_an_id(look.profiles.get(header))):
        reasons.append(f"{share:.0%} of its values are known as {field.name}")
        return max(min(1.0, score + 0.1), 0.6 * share)
    return score * 0.5 if best >= 0.8 and score < SURE else score


def _like_an_id(profile: Profile | None) -> bool:
    """Small numbers and few words are among the ids of many tables by chance."""
    return profile is not None and profile.kinds >= 10 and (profile.whole < 0.9 or profile.length >= 4)


def _match(field: Field, header: str, look: Look) -> Match | None:
    score, reason = name_score(header, field)
    reasons = [reason] if reason else []
    score = _by_ids(field, header, score, reasons, look)
    profile = look.profiles.get(header)
    if profile is not None and score > 0 and not _kind_fits(field, profile):
        return None
    return Match(field.name, header, round(score, 3), tuple(reasons)) if score >= LEAST else None


def _by_content(field: Field, headers: Iterable[str], look: Look) -> Match | None:
    """Propose the only column of the right kind for a date that is needed; nothing else is clear from values alone."""
    if field.kind not in ("date", "timestamp"):
        return None
    dated = [h for h in headers if (p := look.profiles.get(h)) is not None and p.kinds and p.dates >= 0.9]
    return Match(field.name, dated[0], 0.45, ("is the only column of dates",)) if len(dated) == 1 else None


def assign(role: Role, look: Look) -> tuple[Match, ...]:
    """Give each field of a role its best column, each column to one field, surest first."""
    found = [m for f in role.fields for h in look.headers if (m := _match(f, h, look)) is not None]
    taken: dict[str, Match] = {}
    used: set[str] = set()
    for match in sorted(found, key=lambda m: -m.confidence):
        if match.field not in taken and match.header not in used:
            taken[match.field] = match
            used.add(match.header)
    for group in missing(role, taken):
        free = [h for h in look.headers if h not in used]
        guesses = (_by_content(f, free, look) for name in group if (f := role.field(name)) is not None)
        guess = next((g for g in guesses if g is not None), None)
        if guess is not None:
            taken[guess.field] = guess
            used.add(guess.header)
    return tuple(taken[f.name] for f in role.fields if f.name in taken)


def missing(role: Role, mapped: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of needed fields of which none is mapped."""
    have = set(mapped)
    needed = tuple((f.name,) for f in role.fields if f.required)
    return tuple(g for g in (*needed, *role.one_of) if not have & set(g))


def _stem_bonus(table: str, role: Role) -> float:
    name = normal(table)
    return 1.0 if any(stem in name for stem in _STEMS.get(role.name, ())) else 0.0


def _rows_contradict(role: Role, columns: Mapping[str, str], look: Look) -> bool:
    """Say whether repeated ids rule a role out: customers and snapshots have one row per customer."""
    if role.name not in ("customers", "snapshot"):
        return False
    profile = look.profiles.get(columns.get("customer_id", ""))
    return profile is not None and profile.kinds > 0 and profile.distinct < 0.9


def _commonness(look: Look, matches: Mapping[str, tuple[Match, ...]]) -> dict[str, int]:
    """Count for each header how many roles can use it: a column that fits everywhere tells little."""
    used = [m.header for found in matches.values() for m in found if m.confidence >= 0.6]
    return {h: used.count(h) for h in look.headers}


def _score(role: Role, found: tuple[Match, ...], common: Mapping[str, int], look: Look) -> float:
    told = sum(m.confidence / max(1, common[m.header]) for m in found)
    plain = 0.15 * sum(m.confidence for m in found) / max(1, len(look.headers))
    gaps = len(missing(role, (m.field for m in found)))
    return max(0.0, told + plain + _stem_bonus(look.table, role) - 1.0 * gaps)


def _says_less(rival: Role, best: Role, found: tuple[Match, ...]) -> bool:
    """Only a snapshot reads how long somebody has been a customer; as a list of customers the table would lose it."""
    return (best.name, rival.name) == ("snapshot", "customers") and any(m.field.startswith("tenure") for m in found)


def propose(look: Look, roles: Sequence[Role] = PROPOSED) -> Proposal | None:
    """Return the most probable role and columns of a table, None when nothing in it is known."""
    matches = {role.name: assign(role, look) for role in roles}
    possible = [r for r in roles if not _rows_contradict(r, {m.field: m.header for m in matches[r.name]}, look)]
    common = _commonness(look, {r.name: matches[r.name] for r in possible})
    scored = sorted(
        ((_score(r, matches[r.name], common, look), -i, r) for i, r in enumerate(possible)),
        key=lambda s: (bool(missing(s[2], (m.field for m in matches[s[2].name]))), -s[0], -s[1]),
    )
    if not scored or scored[0][0] <= 0:
        return None
    best = scored[0][2]
    rivals = [
        s
        for s in scored[1:]
        if not missing(s[2], (m.field for m in matches[s[2].name])) and not _says_less(s[2], best, matches[best.name])
    ]
    return _proposal(look, scored[0][2], matches[scored[0][2].name], scored[0][0], rivals[0][0] if rivals else 0.0)


def _proposal(look: Look, role: Role, found: tuple[Match, ...], score: float, rival: float) -> Proposal:
    gaps = missing(role, (m.field for m in found))
    needed = {name for group in role.one_of for name in group} | {f.name for f in role.fields if f.required}
    weakest = min((m.confidence for m in found if m.field in needed), default=0.0)
    clear = score >= MARGIN * rival
    used = {m.header for m in found}
    return Proposal(
        table=look.table,
        role=role.name,
        matches=found,
        confidence=round(0.0 if gaps else weakest * min(1.0, score / (score + rival) * 1.6 if score else 0.0), 3),
        missing=gaps,
        sure=not gaps and clear and weakest >= SURE and bool(found),
        unused=tuple(h for h in look.headers if h not in used),
    )
