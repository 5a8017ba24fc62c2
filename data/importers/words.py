"""Words that stand for nothing, for yes and no, and for the choices of a contract, as people and exports write them."""


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(" | "))


#: No value where a number, a date, a yes/no or a choice is expected.
NOTHING = _words(
    "na | n/a | n.a. | null | none | nil | nan | nat | - | -- | --- | – | — | ? | . | \\n | <na> | (null) | <null> | "
    "#n/a | #null! | #value! | #ref! | #div/0! | unknown | missing | undefined | not available | not applicable | "
    "(blank) | 无 | 空"
)
#: No value even in text: what programs write, never people. "None", "NA" and "-" stay, they may be levels.
TECHNICAL = _words("\\N | NULL | null | nan | NaN | NaT | <NA> | <null> | (null) | #N/A | #NULL!")
#: No id: the above, and what Python writes for a missing one.
NO_ID = _words("\\N | NULL | null | nan | NaN | NaT | <NA> | <null> | (null) | #N/A | #NULL! | None | N/A | n/a | -")
#: No date: zero days of databases and spreadsheets.
ZERO_DATES = _words(
    "0 | 0000-00-00 | 0000-00-00 00:00:00 | 1900-01-00 | 0001-01-01 | 0001-01-01 00:00:00 | 0001-01-01t00:00:00 | "
    "00/00/0000 | 0000/00/00"
)
YES = _words("true | t | yes | y | 1 | 1.0 | true. | on | x | ja | oui | si | sí | wahr | 是 | 真 | 有 | √ | ✓")
NO = _words("false | f | no | n | 0 | 0.0 | false. | off | nein | non | falsch | 否 | 假 | 不是")
#: What a column called churned may say beside yes and no.
LOST = _words(
    "churned | churn | lost | left | gone | exited | attrited | attrited customer | cancelled | canceled | "
    "inactive | closed | ended | terminated | 流失 | 已流失 | gekündigt | gekuendigt | abgewandert | ausgetreten | "
    "inaktiv | cancelado | baja | dado de baja | perdido | inactivo | résilié | resilie | perdu | parti | inactif"
)
KEPT = _words(
    "stayed | stay | kept | active | retained | existing | existing customer | current | joined | not churned | "
    "no churn | open | 未流失 | 在用 | 活跃 | aktiv | ungekündigt | bestand | activo | vigente | actif"
)

#: (table, column) -> allowed value -> other spellings, lower case with single blanks for separators.
CHOICES: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("subscriptions", "interval"): {
        "month": _words(
            "monthly | months | m | mo | 1 month | p1m | every month | month to month | 月 | 按月 | 月付 | 每月 | "
            "monatlich | mensual | mensuel"
        ),
        "quarter": _words(
            "quarterly | quarters | q | 3 months | p3m | every 3 months | 季 | 季度 | 按季 | 季付 | vierteljährlich | "
            "quartalsweise | trimestral | trimestriel"
        ),
        "year": _words(
            "annual | annually | yearly | years | y | a | 12 months | p1y | p12m | 1 year | one year | every year | "
            "年 | 按年 | 年付 | 每年 | jährlich | anual | annuel"
        ),
    },
    ("subscriptions", "status"): {
        "active": _words(
            "live | current | running | open | trialing | in trial | trial | paid | non renewing | future | "
            "renewed | 活跃 | 有效"
        ),
        "paused": _words("pause | on hold | suspended | frozen | 暂停"),
        "past_due": _words("overdue | unpaid | delinquent | in dunning | incomplete | payment failed | 逾期 | 欠费"),
        "cancelled": _words(
            "canceled | cancel | churned | ended | expired | inactive | closed | terminated | incomplete expired | "
            "lapsed | lost | deleted | finished | 已取消 | 取消"
        ),
    },
    ("subscriptions", "cancel_kind"): {
        "voluntary": _words("requested | customer | by customer | active churn | manual | 主动"),
        "payment": _words(
            "involuntary | failed | payment failed | payment failure | failed payment | non payment | unpaid | "
            "dunning | delinquent | not paid | card declined | disputed | 被动"
        ),
    },
    ("customers", "grade"): {
        "A": _words("a"),
        "B": _words("b"),
        "C": _words("c"),
    },
    ("surveys", "kind"): {
        "nps": _words("net promoter score | relationship"),
        "csat": _words("satisfaction | customer satisfaction"),
        "exit": _words("exit survey | churn | cancellation | cancel | offboarding | exit interview"),
    },
}
