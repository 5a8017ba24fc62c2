"""SQL for the words exports use for states, billing intervals and kinds of cancellation."""

from collections.abc import Mapping

from data.importers.propose_content import text

#: Mean days of a month; turns weekly and daily prices into monthly ones.
DAYS_PER_MONTH = 30.4375

STATUS: Mapping[str, tuple[str, ...]] = {
    "active": (
        "active", "live", "current", "open", "running", "ongoing", "trialing", "in_trial", "trial", "non_renewing",
        "future", "paying", "paid", "enabled", "valid", "启用", "有效", "正常", "生效", "活跃",
        "aktiv", "laufend", "bestand", "activo", "activa", "vigente", "actif", "en cours",
    ),
    "paused": ("paused", "on_hold", "on hold", "suspended", "暂停", "pausiert", "ruhend", "pausado", "suspendu"),
    "past_due": ("past_due", "past due", "unpaid", "overdue", "delinquent", "dunning", "逾期", "欠费",
        "überfällig", "im verzug", "vencido", "impayé"),
    "cancelled": (
        "cancelled", "canceled", "churned", "expired", "ended", "terminated", "inactive", "closed", "lost",
        "incomplete", "incomplete_expired", "failed", "disabled", "取消", "已取消", "终止", "已终止",
        "过期", "失效", "流失", "gekündigt", "gekuendigt", "beendet", "storniert", "abgelaufen", "inaktiv",
        "ausgetreten", "abgewandert", "cancelado", "cancelada", "baja", "dado de baja", "inactivo", "inactiva",
        "résilié", "résiliée", "resilie", "annulé", "terminé", "expiré", "inactif",
    ),
}  # fmt: skip
#: Never paid for, whatever amount the row carries.
NEVER_PAID = ("incomplete", "incomplete_expired")
CANCEL_KIND: Mapping[str, tuple[str, ...]] = {
    "payment": (
        "payment", "involuntary", "payment_failed", "payment_disputed", "failed", "failed_payment", "nonpayment",
        "non_payment", "not paid", "not_paid", "no card", "no_card", "delinquent", "dunning", "disputed",
        "max number of charge attempts reached", "fraud review failed", "非自愿", "欠费",
    ),
    "voluntary": (
        "voluntary", "cancellation_requested", "requested", "customer", "customer_request", "user", "canceled",
        "cancelled", "自愿", "主动",
    ),
}  # fmt: skip
_MONTHS: Mapping[float, tuple[str, ...]] = {
    1 / DAYS_PER_MONTH: ("day", "days", "daily", "d", "天", "日", "每天"),
    7 / DAYS_PER_MONTH: ("week", "weeks", "weekly", "w", "周", "每周"),
    1: (
        "month", "months", "monthly", "mo", "m", "mth", "month-to-month", "1 month", "p1m", "月", "每月",
        "按月", "月付", "monatlich", "monat", "mensual", "mensuel", "mensuelle", "mes", "mois",
    ),
    3: ("quarter", "quarterly", "quarters", "q", "3 months", "p3m", "季", "季度", "每季", "季付",
        "vierteljährlich", "vierteljaehrlich", "quartalsweise", "quartal", "trimestral", "trimestriel", "trimestre"),
    6: ("half_year", "half-yearly", "half yearly", "semiannual", "semi-annual", "biannual", "6 months", "p6m", "半年",
        "halbjährlich", "halbjaehrlich", "semestral", "semestriel"),
    12: (
        "year", "years", "yearly", "y", "annual", "annually", "annum", "12 months", "one year", "1 year", "p1y", "年",
        "每年", "按年", "年付", "jährlich", "jaehrlich", "jahr", "anual", "año", "annuel", "annuelle",
    ),
    24: ("two year", "two years", "2 years", "biennial", "biennially", "24 months", "p2y", "两年"),
    36: ("three year", "three years", "3 years", "triennial", "36 months", "p3y", "三年"),
}  # fmt: skip
RESOLVED = ("solved", "closed", "resolved", "done", "completed", "fixed", "已解决", "已关闭", "完成", "关闭")


def listed(words: tuple[str, ...]) -> str:
    """Return words as an SQL list."""
    return "(" + ", ".join(text(w) for w in words) + ")"


def choice(column: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """Return SQL that gives the key whose words hold the lower-cased value, else NULL."""
    cases = " ".join(f"WHEN lower(trim({column})) IN {listed(w)} THEN {text(k)}" for k, w in words.items())
    return f"CASE {cases} END"


def months(interval: str, interval_count: str) -> str:
    """Return SQL for the months of one billing interval, NULL when the words are unknown."""
    cases = " ".join(f"WHEN lower(trim({interval})) IN {listed(w)} THEN {m!r}" for m, w in _MONTHS.items())
    return f"((CASE {cases} END)::DOUBLE * greatest(coalesce({interval_count}, 1), 1))"


def interval_name(months_sql: str) -> str:
    """Return SQL for the contract's interval; other lengths have no name there."""
    return f"CASE round({months_sql}, 2) WHEN 1 THEN 'month' WHEN 3 THEN 'quarter' WHEN 12 THEN 'year' END"
