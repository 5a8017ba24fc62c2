"""How well a header names a field: exactly, by another name, with an entity before it, or with a slip of the pen."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

from data.importers.recognise_fields import Field
from data.importers.recognise_names import normal, spellings, squeezed, unmarked

#: Words a header may carry before the thing it names: customer_country, account_industry, usage_date.
_ENTITIES = (
    "customer", "client", "account", "company", "user", "member", "subscription", "sub", "contract", "ticket", "case",
    "invoice", "order", "event", "usage", "billing", "plan", "current", "total", "the", "客户", "用户", "订阅", "工单",
    "kunden", "kunde",
)  # fmt: skip
#: Without a word for a number behind it such a header more often holds a name: "Company" beside "Client No".
_BARE_ENTITIES = frozenset([
    "customer", "account", "client", "company", "organization", "organisation", "tenant",
    "workspace", "user", "member", "subscriber", "subscription", "contract", "ticket", "invoice",
    "purchase", "客户", "账户", "订阅", "编号", "kunde", "debitor", "mandant", "mitglied", "vertrag", "abo",
    "nutzer", "benutzer", "rechnung", "bestellung", "cliente", "cuenta", "contrato", "suscripcion",
    "usuario", "factura", "pedido", "compte", "contrat", "utilisateur", "facture", "commande",
])  # fmt: skip
#: Beside a column of customer numbers such a header holds the customer's name.
_PARTIES = frozenset(["customer", "client", "kunde", "cliente", "客户"])
#: Below this two words are different words; "singup_date" against "signup_date" is 0.91.
_SLIP = 0.88
_SLIP_LENGTH = 6


@cache
def _bare(name: str) -> str:
    """Return a normal name without a leading entity."""
    words = name.split("_")
    return "_".join(words[1:]) if len(words) > 1 and words[0] in _ENTITIES else name


def _names(field: Field) -> tuple[str, ...]:
    return (field.name, *field.aliases)


@cache
def _squeezed_names(field: Field) -> dict[str, int]:
    found: dict[str, int] = {}
    for names in (_names(field), field.abroad):
        for rank, name in enumerate(names):
            for spelled in spellings(squeezed(name)):
                found.setdefault(spelled, rank)
    return found


@cache
def _home_names(field: Field) -> tuple[str, ...]:
    return tuple(unmarked(squeezed(name)) for name in _names(field))


def _slip(name: str, known: Iterable[str]) -> float:
    """Return how alike the name is to the most similar known name of some length; 0 when unlike all."""
    if len(name) < _SLIP_LENGTH:
        return 0.0
    # A file of some hundred columns is compared with thousands of names: the matcher learns the second text once,
    # and its cheap upper bound comes first.
    pair, best = SequenceMatcher(None, "", name), 0.0
    for near in known:
        if abs(len(near) - len(name)) <= 2 and len(near) >= _SLIP_LENGTH:
            pair.set_seq1(near)
            best = max(best, pair.ratio() if pair.quick_ratio() >= _SLIP else 0.0)
    return best if best >= _SLIP else 0.0


@cache
def name_score(header: str, field: Field) -> tuple[float, str]:
    """Return a score from 0 (says nothing) to 1 (the field's own name) and the reason in words."""
    name, known = unmarked(squeezed(header)), _squeezed_names(field)
    if name == squeezed(field.name):
        return 1.0, f"is called {field.name}"
    if name in known and field.kind == "id" and name in _BARE_ENTITIES:
        return 0.82, f"{header} names the thing itself, which may stand for {field.name}"
    if name in known:
        return max(0.85, 0.97 - 0.002 * known[name]), f"{header} is another name of {field.name}"
    if field.name == "name" and name in _PARTIES:
        return 0.62, f"{header} names the thing itself, which may stand for its name"
    bare = unmarked(squeezed(_bare(normal(header))))
    if bare != name and bare in known and len(bare) > 1:
        return 0.7, f"{header} ends in a name of {field.name}"
    if _slip(name, _home_names(field)):
        return 0.65, f"{header} looks like a name of {field.name}"
    return 0.0, ""
