"""Which customer a row belongs to: directly, through a subscription, a user, or a system's own number."""

from dataclasses import dataclass

from data.importers.transforms_desk import Desk, newest_only


@dataclass(frozen=True)
class Keys:
    """Relations that lead to a customer; all keys are text.

    customers      (system, key, customer_id): a system's own number -> the number the company uses.
    subscriptions  (subscription_id, customer_id).
    users          (user_id, customer_id).
    """

    customers: str
    subscriptions: str
    users: str


def keys_of(desk: Desk, earlier: str | None = None) -> Keys:
    """Build the three relations; empty where no table of the import knows, and `earlier` no subscription either."""
    customers = desk.view(
        "customer_keys",
        f"SELECT _system AS system, customer_id AS key, min(coalesce(external_id, customer_id)) AS customer_id"
        f" FROM {desk.gathered('customers')} WHERE customer_id IS NOT NULL GROUP BY ALL",
    )
    subscriptions = desk.view(
        "subscription_keys",
        f"SELECT subscription_id, min(customer_id) AS customer_id FROM {desk.gathered('subscriptions')}"
        " WHERE subscription_id IS NOT NULL AND customer_id IS NOT NULL GROUP BY ALL"
        + (f" UNION ALL SELECT subscription_id, customer_id FROM {earlier}" if earlier else ""),
    )
    users = desk.view(
        "user_keys",
        f"""SELECT u.user_id, min(coalesce(k.customer_id, u.customer_id)) AS customer_id
        FROM {desk.gathered("users")} u LEFT JOIN {customers} k ON k.system = u._system AND k.key = u.customer_id
        WHERE u.user_id IS NOT NULL AND u.customer_id IS NOT NULL AND coalesce(u.current, TRUE) GROUP BY ALL""",
    )
    return Keys(customers, subscriptions, users)


def with_customer(desk: Desk, keys: Keys, role: str, *, history_key: str = "") -> str:
    """Return SQL giving the rows of a role with `_customer`, the customer found, or NULL.

    A number of the customer wins over the subscription, that over the user; a user nobody assigns to a customer counts
    as the customer when the role has no other number. Joins that cannot find anything are left out: usage is long.
    """
    newest = newest_only(desk, role, history_key) if history_key else ""
    ways, joins = ["r.customer_id"], []
    if desk.mapped("customers", "external_id"):
        ways.insert(0, "kc.customer_id")
        joins.append(f"LEFT JOIN {keys.customers} AS kc ON kc.system = r._system AND kc.key = r.customer_id")
    if desk.mapped(role, "subscription_id"):
        ways.append("ks.customer_id")
        joins.append(f"LEFT JOIN {keys.subscriptions} AS ks ON ks.subscription_id = r.subscription_id")
    if desk.mapped(role, "user_id"):
        ways.append("ku.customer_id")
        joins.append(f"LEFT JOIN {keys.users} AS ku ON ku.user_id = r.user_id")
        if not desk.mapped(role, "customer_id") and not desk.mapped(role, "subscription_id"):
            ways.append("r.user_id")
    rows = f"(SELECT * FROM {desk.gathered(role)} {newest})"
    return f"SELECT r.*, coalesce({', '.join(ways)}, NULL) AS _customer FROM {rows} r {' '.join(joins)}"
