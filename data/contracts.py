"""The column contracts of the consolidated tables, written once for importers, demo company, docs and tests."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "integer", "number", "money", "date", "timestamp", "boolean", "choice"]


@dataclass(frozen=True)
class Column:
    """One column of a consolidated table.

    kind      How a value is read and stored; `money` is integer minor units, `date` a day, `timestamp` UTC.
    required  A row without a value here is rejected.
    allowed   The closed list of a `choice`; empty otherwise.
    low, high Inclusive limits of a number; None where there is none.
    """

    name: str
    kind: Kind
    about: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Contract:
    """One consolidated table: its columns in order and the columns that identify a row."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    takes_attributes: bool = False
    takes_outcomes: bool = False

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when the table has none."""
        found = {c.name: c for c in self.columns}.get(name)
        if found is None:
            raise KeyError(f"{self.name} has no column {name}")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in stored order."""
        return tuple(c.name for c in self.columns)


def _customer() -> Column:
    return Column("customer_id", "id", "the customer", required=True)


CUSTOMERS = Contract(
    "customers",
    "One row per customer; further columns of the file become filterable attributes.",
    ("customer_id",),
    (
        _customer(),
        Column("name", "text", "display name"),
        Column("industry", "text", "industry"),
        Column("employees", "integer", "number of employees", low=0),
        Column("annual_revenue_band", "text", "yearly revenue, as a band"),
        Column("country", "text", "country"),
        Column("region", "text", "sales region"),
        Column("channel", "text", "acquisition channel"),
        Column("sales_team", "text", "sales team that won the customer"),
        Column("csm_id", "text", "customer success manager"),
        Column("grade", "choice", "value grade", allowed=("A", "B", "C")),
        Column("signed_on", "date", "day of signing"),
    ),
    takes_attributes=True,
)

SUBSCRIPTIONS = Contract(
    "subscriptions",
    "Paid periods [starts_on, ends_on) with a monthly-normalised amount.",
    ("subscription_id",),
    (
        Column("subscription_id", "id", "the subscription period", required=True),
        _customer(),
        Column("plan", "text", "plan"),
        Column("interval", "choice", "billing interval", allowed=("month", "quarter", "year")),
        Column("currency", "text", "ISO 4217 code of mrr_cents"),
        Column("mrr_cents", "money", "monthly-normalised amount after discounts, without tax", required=True, low=0),
        Column("starts_on", "date", "first day of the period", required=True),
        Column("ends_on", "date", "day after the last paid day; empty = running"),
        Column("status", "choice", "state of the period", allowed=("active", "paused", "past_due", "cancelled")),
        Column(
            "cancel_kind",
            "choice",
            "who ended it; without it the cause of the loss is not known",
            allowed=("voluntary", "payment"),
        ),
        Column("cancel_reason", "text", "reason given at cancellation"),
        Column("trial_ends_on", "date", "first paid day after a trial"),
        Column("renews_on", "date", "next renewal day"),
        Column("paused_on", "date", "day a paused subscription stopped paying"),
    ),
)

USAGE_DAILY = Contract(
    "usage_daily",
    "Product use of one customer on one day.",
    ("customer_id", "day"),
    (
        _customer(),
        Column("day", "date", "the day", required=True),
        Column("logins", "integer", "logins", low=0),
        Column("active_users", "integer", "distinct users", low=0),
        Column("minutes", "number", "minutes in the product", low=0),
        Column("core_actions", "integer", "core actions", low=0),
        Column("features_used", "integer", "distinct features used", low=0),
        Column("new_feature_actions", "integer", "actions in features younger than 90 days", low=0),
    ),
)

FEATURE_USAGE = Contract(
    "feature_usage",
    "How often one customer used one feature on one day.",
    ("customer_id", "day", "feature"),
    (
        _customer(),
        Column("day", "date", "the day", required=True),
        Column("feature", "text", "feature or module", required=True),
        Column("count", "integer", "uses", required=True, low=0),
    ),
)

TICKETS = Contract(
    "tickets",
    "Support tickets.",
    ("ticket_id",),
    (
        Column("ticket_id", "id", "the ticket", required=True),
        _customer(),
        Column("opened_at", "timestamp", "opened", required=True),
        Column("first_response_at", "timestamp", "first answer"),
        Column("resolved_at", "timestamp", "resolved"),
        Column("category", "text", "category"),
        Column("priority", "text", "priority"),
        Column("csat", "number", "satisfaction, 1 (worst) to 5 (best)", low=1, high=5),
        Column("reopened", "boolean", "was reopened"),
    ),
)

INVOICES = Contract(
    "invoices",
    "Invoices and what became of them.",
    ("invoice_id",),
    (
        Column("invoice_id", "id", "the invoice", required=True),
        _customer(),
        Column("due_on", "date", "due day", required=True),
        Column("paid_on", "date", "day of payment; empty = unpaid"),
        Column("amount_cents", "money", "amount; negative = credit", required=True),
        Column("currency", "text", "ISO 4217 code"),
        Column("status", "text", "paid, open, void, uncollectible, as the source says"),
        Column("attempts", "integer", "payment attempts", low=0),
        Column("failure_code", "text", "why a payment failed"),
    ),
)

PURCHASES = Contract(
    "purchases",
    "Purchases of a business without contracts.",
    ("purchase_id",),
    (
        Column("purchase_id", "id", "the purchase", required=True),
        _customer(),
        Column("on", "date", "day of purchase", required=True),
        Column("amount_cents", "money", "net amount; negative = refund", required=True),
        Column("currency", "text", "ISO 4217 code"),
        Column("quantity", "number", "items; negative = return"),
    ),
)

TOUCHES = Contract(
    "touches",
    "Marketing and relationship events.",
    ("touch_id",),
    (
        Column("touch_id", "id", "the event", required=True),
        _customer(),
        Column("at", "timestamp", "moment", required=True),
        Column("source", "text", "marketing or crm"),
        Column("kind", "text", "mail_sent, training, renewal_contact, ...", required=True),
        Column("value", "text", "detail"),
    ),
)

ASSIGNMENTS = Contract(
    "assignments",
    "Which customer got which variant of an experiment; further columns of numbers or yes and no are outcomes.",
    ("experiment_key", "customer_id"),
    (
        Column("experiment_key", "id", "the experiment", required=True),
        _customer(),
        Column("variant", "text", "variant", required=True),
        Column("assigned_at", "timestamp", "moment of assignment"),
        Column("exposed_at", "timestamp", "moment the customer first saw it"),
    ),
    takes_outcomes=True,
)

SURVEYS = Contract(
    "surveys",
    "Survey answers, exit surveys included.",
    ("response_id",),
    (
        Column("response_id", "id", "the response", required=True),
        _customer(),
        Column("at", "timestamp", "moment", required=True),
        Column("kind", "choice", "which survey", allowed=("nps", "csat", "exit")),
        Column("score", "number", "score"),
        Column("reason", "text", "stated reason"),
        Column("text", "text", "free text"),
    ),
)

RELEASES_LOG = Contract(
    "releases_log",
    "Product releases, price changes and campaigns: the annotations of charts.",
    ("event_id",),
    (
        Column("event_id", "id", "the event", required=True),
        Column("on", "date", "day", required=True),
        Column("kind", "text", "release, price_change, campaign, incident, ...", required=True),
        Column("title", "text", "what happened", required=True),
    ),
)

TABLES: dict[str, Contract] = {
    c.name: c
    for c in (
        CUSTOMERS,
        SUBSCRIPTIONS,
        USAGE_DAILY,
        FEATURE_USAGE,
        TICKETS,
        INVOICES,
        PURCHASES,
        TOUCHES,
        ASSIGNMENTS,
        SURVEYS,
        RELEASES_LOG,
    )
}

#: Columns of the contract come first; every further column of `customers` is an attribute, stored as text as a_<slug>.
ATTRIBUTE_PREFIX = "a_"
#: Further columns of `assignments` that hold numbers, or yes and no, are outcomes, stored as numbers as o_<slug>.
OUTCOME_PREFIX = "o_"
