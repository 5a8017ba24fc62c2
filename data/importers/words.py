"""Words that stand for nothing, for yes and no, and for the choices of a contract, as people and exports write them."""

#: No value where a number, a date, a yes/no or a choice is expected.
NOTHING = (
    "na", "n/a", "n.a.", "null", "none", "nil", "nan", "nat", "-", "--", "---", "\u2013", "\u2014", "?", ".", "\\n", "<na>", "(null)", "<null>",
    "#n/a", "#null!", "#value!", "#ref!", "#div/0!", "unknown", "missing", "undefined", "not available", "not applicable", "(blank)", "\u65e0", "\u7a7a",
)  # fmt: skip
#: No value even in text: what programs write, never people. "None", "NA" and "-" stay, they may be levels.
TECHNICAL = ("\\N", "NULL", "null", "nan", "NaN", "NaT", "<NA>", "<null>", "(null)", "#N/A", "#NULL!")
#: No id: the above, and what Python writes for a missing one.
NO_ID = (*TECHNICAL, "None", "N/A", "n/a", "-")
#: No date: zero days of databases and spreadsheets.
ZERO_DATES = ("0", "0000-00-00", "0000-00-00 00:00:00", "1900-01-00", "0001-01-01", "0001-01-01 00:00:00", "0001-01-01t00:00:00", "00/00/0000", "0000/00/00")

YES = ("true", "t", "yes", "y", "1", "1.0", "true.", "on", "x", "ja", "oui", "si", "s\u00ed", "wahr", "\u662f", "\u771f", "\u6709", "\u221a", "\u2713")
NO = ("false", "f", "no", "n", "0", "0.0", "false.", "off", "nein", "non", "falsch", "\u5426", "\u5047", "\u4e0d\u662f")
#: What a column called churned may say beside yes and no.
LOST = (
    "churned", "churn", "lost", "left", "gone", "exited", "attrited", "attrited customer", "cancelled", "canceled", "inactive", "closed", "ended",
    "terminated", "\u6d41\u5931", "\u5df2\u6d41\u5931",
)  # fmt: skip
KEPT = (
    "stayed", "stay", "kept", "active", "retained", "existing", "existing customer", "current", "joined", "not churned", "no churn", "open",
    "\u672a\u6d41\u5931", "\u5728\u7528", "\u6d3b\u8dc3",
)  # fmt: skip

#: (table, column) -> allowed value -> other spellings, lower case with single blanks for separators.
CHOICES: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("subscriptions", "interval"): {
        "month": ("monthly", "months", "m", "mo", "1 month", "p1m", "every month", "month to month", "\u6708", "\u6309\u6708", "\u6708\u4ed8", "\u6bcf\u6708"),
        "quarter": ("quarterly", "quarters", "q", "3 months", "p3m", "every 3 months", "\u5b63", "\u5b63\u5ea6", "\u6309\u5b63", "\u5b63\u4ed8"),
        "year": ("annual", "annually", "yearly", "years", "y", "a", "12 months", "p1y", "p12m", "1 year", "one year", "every year", "\u5e74", "\u6309\u5e74", "\u5e74\u4ed8", "\u6bcf\u5e74"),
    },
    ("subscriptions", "status"): {
        "active": ("live", "current", "running", "open", "trialing", "in trial", "trial", "paid", "non renewing", "future", "renewed", "\u6d3b\u8dc3", "\u6709\u6548"),
        "paused": ("pause", "on hold", "suspended", "frozen", "\u6682\u505c"),
        "past_due": ("overdue", "unpaid", "delinquent", "in dunning", "incomplete", "payment failed", "\u903e\u671f", "\u6b20\u8d39"),
        "cancelled": ("canceled", "cancel", "churned", "ended", "expired", "inactive", "closed", "terminated", "incomplete expired", "lapsed", "lost", "deleted", "finished", "\u5df2\u53d6\u6d88", "\u53d6\u6d88"),
    },
    ("subscriptions", "cancel_kind"): {
        "voluntary": ("requested", "customer", "by customer", "active churn", "manual", "\u4e3b\u52a8"),
        "payment": ("involuntary", "failed", "payment failed", "payment failure", "failed payment", "non payment", "unpaid", "dunning", "delinquent", "not paid", "card declined", "disputed", "\u88ab\u52a8"),
    },
    ("customers", "grade"): {"A": ("a",), "B": ("b",), "C": ("c",)},
    ("surveys", "kind"): {
        "nps": ("net promoter score", "relationship"),
        "csat": ("satisfaction", "customer satisfaction"),
        "exit": ("exit survey", "churn", "cancellation", "cancel", "offboarding", "exit interview"),
    },
}  # fmt: skip
