"""What a raw table can be: the consolidated tables with the further fields they can be built from, and link tables."""

from data.contracts import TABLES
from data.importers.recognise_aliases import abroad, aliases
from data.importers.recognise_fields import Field, FieldKind, Role

#: Fields beside the contract's own that a transform turns into contract columns: role -> field -> kind.
_FURTHER: dict[str, dict[str, FieldKind]] = {
    "customers": {
        "external_id": "id",
        "churned": "boolean",
        "churned_on": "date",
        "status": "text",
        "is_trial": "boolean",
        "mrr": "amount",
        "mrr_cents": "money",
        "arr": "amount",
        "plan": "text",
        "currency": "text",
        "changed_at": "timestamp",
        "current": "boolean",
    },
    "subscriptions": {
        "customer_name": "text",
        "mrr": "amount",
        "arr": "amount",
        "arr_cents": "money",
        "price": "amount",
        "price_cents": "money",
        "total": "amount",
        "total_cents": "money",
        "discount_percent": "number",
        "discount": "amount",
        "interval_count": "integer",
        "quantity": "number",
        "created_on": "date",
        "cancelled_on": "date",
        "scheduled_end_on": "date",
        "trial_starts_on": "date",
        "period_starts_on": "date",
        "period_ends_on": "date",
        "is_trial": "boolean",
        "churned": "boolean",
        "live": "boolean",
        "changed_at": "timestamp",
        "current": "boolean",
    },
    "usage_daily": {
        "subscription_id": "id",
        "event_id": "id",
        "user_id": "id",
        "seconds": "number",
        "hours": "number",
        "count": "integer",
    },
    "feature_usage": {
        "subscription_id": "id",
        "event_id": "id",
        "user_id": "id",
        "seconds": "number",
        "minutes": "number",
    },
    "tickets": {
        "subscription_id": "id",
        "user_id": "id",
        "first_response_minutes": "number",
        "first_response_hours": "number",
        "resolution_minutes": "number",
        "resolution_hours": "number",
        "status": "text",
        "reopens": "integer",
        "satisfaction": "text",
        "changed_at": "timestamp",
        "current": "boolean",
    },
    "invoices": {
        "subscription_id": "id",
        "amount": "amount",
        "paid": "boolean",
        "issued_on": "date",
        "closed_on": "date",
        "period_ends_on": "date",
        "live": "boolean",
        "changed_at": "timestamp",
        "current": "boolean",
    },
    "purchases": {"amount": "amount", "price": "amount"},
    "surveys": {"subscription_id": "id"},
    "touches": {},
    "assignments": {},
    "releases_log": {},
}

#: Contract columns that a transform may have to fill itself, so a row may lack them when it is read.
_RELAXED: dict[str, frozenset[str]] = {
    "subscriptions": frozenset({"subscription_id", "mrr_cents", "starts_on"}),
    "usage_daily": frozenset({"customer_id"}),
    "feature_usage": frozenset({"customer_id", "count"}),
    "tickets": frozenset({"ticket_id", "customer_id"}),
    "invoices": frozenset({"invoice_id", "customer_id", "due_on", "amount_cents"}),
    "purchases": frozenset({"purchase_id", "amount_cents"}),
    "touches": frozenset({"touch_id", "kind", "customer_id"}),
    "surveys": frozenset({"response_id", "customer_id"}),
    "assignments": frozenset({"experiment_key"}),
    "releases_log": frozenset({"event_id", "kind"}),
    "customers": frozenset(),
}

_ONE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "customers": (("customer_id", "external_id"),),
    "subscriptions": (
        ("customer_id",),
        ("starts_on", "created_on", "period_starts_on"),
        ("mrr", "mrr_cents", "arr", "arr_cents", "price", "price_cents", "total", "total_cents"),
    ),
    "usage_daily": (
        ("customer_id", "subscription_id", "user_id"),
        ("day",),
        ("logins", "active_users", "minutes", "seconds", "hours", "core_actions", "features_used", "count"),
    ),
    "feature_usage": (("customer_id", "subscription_id", "user_id"), ("day",), ("feature",)),
    "tickets": (("customer_id", "subscription_id", "user_id"), ("opened_at",)),
    "invoices": (
        ("customer_id", "subscription_id"),
        ("due_on", "issued_on", "period_ends_on"),
        ("amount", "amount_cents"),
    ),
    "purchases": (("customer_id",), ("on",), ("amount", "amount_cents", "price")),
    "touches": (("customer_id",), ("at",)),
    "surveys": (("customer_id", "subscription_id"), ("at",), ("score", "reason", "text")),
    "assignments": (("customer_id",), ("variant",)),
    "releases_log": (("on",), ("title",)),
}


def _contract_role(name: str) -> Role:
    contract, relaxed = TABLES[name], _RELAXED[name]
    #: Choices are read as text first: exports spell them in many ways and the transform translates.
    own = tuple(
        Field(
            c.name,
            "text" if c.kind == "choice" else c.kind,
            c.required and c.name not in relaxed,
            aliases(name, c.name),
            abroad(name, c.name),
        )
        for c in contract.columns
    )
    further = tuple(Field(f, kind, False, aliases(name, f), abroad(name, f)) for f, kind in _FURTHER[name].items())
    return Role(name, (name,), own + further, _ONE_OF[name], contract.takes_attributes, contract.takes_outcomes)


def _role(
    name: str,
    feeds: tuple[str, ...],
    one_of: tuple[tuple[str, ...], ...] = (),
    attributes: bool = False,
    /,
    **kinds: FieldKind,
) -> Role:
    fields = tuple(Field(f, kind, False, aliases(name, f), abroad(name, f)) for f, kind in kinds.items())
    return Role(name, feeds, fields, one_of, attributes)


_EXITS = _role(
    "exits",
    ("surveys",),
    (("customer_id", "subscription_id"), ("on",)),
    exit_id="id",
    customer_id="id",
    subscription_id="id",
    on="timestamp",
    reason="text",
    text="text",
    score="number",
    reactivated="boolean",
)
_EVENTS = _role(
    "events",
    ("usage_daily", "feature_usage"),
    (("customer_id", "user_id", "subscription_id"), ("at",), ("event",)),
    event_id="id",
    customer_id="id",
    user_id="id",
    subscription_id="id",
    session_id="id",
    at="timestamp",
    event="text",
    seconds="number",
    count="integer",
)
_SNAPSHOT = _role(
    "snapshot",
    ("customers", "subscriptions"),
    #: Without an id the rows are numbered; the reader says so.
    (("tenure_months", "tenure_days", "started_on"), ("churned", "churned_on")),
    True,
    customer_id="id",
    tenure_months="number",
    tenure_days="number",
    started_on="date",
    churned="boolean",
    churned_on="date",
    mrr="amount",
    mrr_cents="money",
    plan="text",
    cancel_reason="text",
)

_LINKS = (
    _role(
        "subscription_items", ("subscriptions",), item_id="id", subscription_id="id", plan_id="id", quantity="number"
    ),
    _role(
        "plans",
        ("subscriptions",),
        plan_id="id",
        price="amount",
        price_cents="money",
        currency="text",
        interval="text",
        interval_count="integer",
        name="text",
        product_id="id",
        usage_type="text",
        charge_type="text",
    ),
    _role("products", ("subscriptions",), product_id="id", name="text"),
    _role(
        "coupons",
        ("subscriptions",),
        coupon_id="id",
        percent_off="number",
        amount_off_cents="money",
        currency="text",
        duration="text",
    ),
    _role(
        "discounts",
        ("subscriptions",),
        discount_id="id",
        coupon_id="id",
        customer_id="id",
        subscription_id="id",
        starts_on="date",
        ends_on="date",
    ),
    _role(
        "invoice_lines",
        ("subscriptions",),
        line_id="id",
        invoice_id="id",
        subscription_id="id",
        kind="text",
        amount_cents="money",
        tax_cents="money",
        plan="text",
        period_starts_on="date",
        period_ends_on="date",
        quantity="number",
        proration="boolean",
        currency="text",
    ),
    _role(
        "payments",
        ("invoices",),
        payment_id="id",
        invoice_id="id",
        customer_id="id",
        at="timestamp",
        amount="amount",
        amount_cents="money",
        currency="text",
        status="text",
        kind="text",
        paid="boolean",
        failure_code="text",
        live="boolean",
    ),
    _role("cancellations", ("subscriptions",), subscription_id="id", customer_id="id", ends_on="date"),
    _role(
        "subscription_events",
        ("subscriptions",),
        event_id="id",
        customer_id="id",
        subscription_id="id",
        kind="text",
        retracts="id",
        on="date",
        effective_on="date",
        plan_id="id",
        currency="text",
        amount_cents="money",
        quantity="number",
    ),
    _role(
        "mrr_movements",
        ("subscriptions", "customers"),
        customer_id="id",
        on="date",
        mrr_cents="money",
        movement_cents="money",
        currency="text",
        plan="text",
        kind="text",
        rank="number",
        name="text",
    ),
    _role("users", (), user_id="id", customer_id="id", kind="text", current="boolean"),
    _role("ticket_users", ("tickets",), ticket_id="id", user_id="id", current="boolean"),
    _role(
        "ticket_replies",
        ("tickets",),
        ticket_id="id",
        user_id="id",
        at="timestamp",
        public="boolean",
        author_kind="text",
        kind="text",
    ),
    _role("ticket_changes", ("tickets",), ticket_id="id", field="text", value="text", at="timestamp"),
)

#: Roles a table of unknown origin may be proposed for, in the order that decides ties.
PROPOSED: tuple[Role, ...] = (
    *(_contract_role(name) for name in ("subscriptions", "customers")),
    _EXITS,
    *(_contract_role(name) for name in TABLES if name not in ("subscriptions", "customers")),
    _EVENTS,
    _SNAPSHOT,
)

ROLES: dict[str, Role] = {role.name: role for role in (*PROPOSED, *_LINKS)}
