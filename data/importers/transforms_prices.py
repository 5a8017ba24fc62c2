"""What a subscription costs per month, from its items, their plans or prices, and the discounts on it."""

from data.importers.transforms_desk import Desk
from data.importers.transforms_words import months


def plans(desk: Desk) -> str:
    """Return a view of plans: plan_id, month_cents (one unit, one month), currency, interval_months, name, counted."""
    length = months("p.interval", "p.interval_count")
    used, once = "coalesce(lower(p.usage_type), '') = 'metered'", "coalesce(lower(p.charge_type), '') = 'one_time'"
    return desk.view(
        "plans",
        f"""SELECT p.plan_id, min(coalesce(p.name, g.name, p.plan_id)) AS name, min(upper(p.currency)) AS currency,
        min({length}) AS interval_months,
        min(coalesce(p.price, p.price_cents) / {length}) AS month_cents,
        bool_and(NOT ({used}) AND NOT ({once})) AS counted
        FROM {desk.gathered("plans")} p LEFT JOIN {desk.gathered("products")} g USING (product_id)
        WHERE p.plan_id IS NOT NULL GROUP BY p.plan_id""",
    )


def item_prices(desk: Desk) -> str:
    """Return a view of subscription_id, month_cents, currency, interval_months, plan, from items and plans."""
    return desk.view(
        "item_prices",
        f"""SELECT i.subscription_id,
        round(sum(p.month_cents * coalesce(i.quantity, 1)) FILTER (p.counted))::BIGINT AS month_cents,
        min(p.currency) AS currency, min(p.interval_months) AS interval_months,
        string_agg(DISTINCT p.name, ' + ' ORDER BY p.name) AS plan
        FROM {desk.gathered("subscription_items")} i JOIN {plans(desk)} p USING (plan_id)
        WHERE i.subscription_id IS NOT NULL GROUP BY i.subscription_id""",
    )


def discounts(desk: Desk) -> str:
    """Return a view of the discounts on subscriptions: subscription_id, starts_on, ends_on, share off, cents off."""
    return desk.view(
        "discounts",
        f"""SELECT DISTINCT ON (d.subscription_id, d.discount_id) d.subscription_id, d.starts_on, d.ends_on,
        coalesce(c.percent_off, 0) / 100 AS share_off, coalesce(c.amount_off_cents, 0) AS cents_off
        FROM {desk.gathered("discounts")} d JOIN {desk.gathered("coupons")} c USING (coupon_id)
        WHERE d.subscription_id IS NOT NULL AND coalesce(lower(c.duration), '') <> 'once'
        ORDER BY d.subscription_id, d.discount_id, d._row""",
    )


def discounted(desk: Desk, periods: str) -> str:
    """Return SQL that splits periods where a discount begins or ends and lowers the amount while it runs.

    The first part keeps the subscription's id, later parts get /2, /3 ...: one row per period, ids stay unique.
    """
    return f"""WITH whole AS (SELECT * FROM {periods}), off AS (SELECT * FROM {discounts(desk)}),
    cuts AS (
        SELECT subscription_id, starts_on AS cut FROM whole
        UNION SELECT w.subscription_id, o.starts_on FROM whole w JOIN off o USING (subscription_id)
            WHERE o.starts_on > w.starts_on AND (w.ends_on IS NULL OR o.starts_on < w.ends_on)
        UNION SELECT w.subscription_id, o.ends_on FROM whole w JOIN off o USING (subscription_id)
            WHERE o.ends_on > w.starts_on AND (w.ends_on IS NULL OR o.ends_on < w.ends_on)),
    parts AS (
        SELECT subscription_id, cut, lead(cut) OVER each_one AS next_cut, row_number() OVER each_one AS nth
        FROM cuts WINDOW each_one AS (PARTITION BY subscription_id ORDER BY cut)),
    cheaper AS (
        SELECT p.subscription_id, p.nth, product(1 - o.share_off) AS share, sum(o.cents_off) AS cents
        FROM parts p JOIN off o ON o.subscription_id = p.subscription_id
            AND coalesce(o.starts_on, DATE '1900-01-01') <= p.cut AND (o.ends_on IS NULL OR o.ends_on > p.cut)
        GROUP BY p.subscription_id, p.nth)
    SELECT w.* REPLACE (
        CASE WHEN p.nth > 1 THEN w.subscription_id || '/' || p.nth ELSE w.subscription_id END AS subscription_id,
        coalesce(p.cut, w.starts_on) AS starts_on, coalesce(p.next_cut, w.ends_on) AS ends_on,
        CASE WHEN c.nth IS NULL THEN w.mrr_cents
             ELSE greatest(0, round(w.mrr_cents * c.share - c.cents / coalesce(w._months, 1)))::BIGINT END AS mrr_cents)
    FROM whole w LEFT JOIN parts p USING (subscription_id)
    LEFT JOIN cheaper c ON c.subscription_id = w.subscription_id AND c.nth = p.nth"""
