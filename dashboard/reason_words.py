"""The words for reasons, kinds of reasons, avoidability and questions, in the reader's language."""

from analysis.feedback.losses import Loss
from analysis.feedback.suggestions import Evidence
from dashboard.language import N_, _
from data.records_interviews import Taxonomy

#: Labels of the list that everybody starts with; one somebody wrote stands as it was written.
REASONS = {
    "poor_experience": N_("Poor experience"),
    "weak_engagement": N_("Weak engagement or communication"),
    "price": N_("Price"),
    "product": N_("Product quality or missing feature"),
    "support": N_("Support"),
    "personalisation": N_("Lack of personalisation"),
    "competitor": N_("Competitor"),
    "instability": N_("Unexpected change or instability"),
    "onboarding": N_("Onboarding"),
    "payment_failure": N_("Payment failure"),
    "closed_down": N_("Closed down or acquired"),
    "business_change": N_("Change of business"),
    "key_contact_left": N_("Key contact left"),
}
QUESTIONS = {
    "main_reason": N_("What was the main reason for leaving?"),
    "help": N_("Did you look for help before you left, and how did that go?"),
    "better": N_("What is the one thing we should do better?"),
    "replacement": N_("What do you use instead of us?"),
    "return": N_("Under what conditions would you come back?"),
}
KINDS = {
    "stated": N_("Stated by the customer"),
    "diagnosed": N_("Diagnosed in an interview"),
    "suggested": N_("Suggested by behaviour"),
}
AVOIDABLE = {"yes": N_("avoidable"), "no": N_("unavoidable"), "unclear": N_("unclear")}
CHANNELS = {
    "call": N_("Call"),
    "video": N_("Video call"),
    "visit": N_("Visit"),
    "mail": N_("In writing"),
    "other": N_("Other"),
}
HELP = {"yes": N_("yes"), "no": N_("no"), "unclear": N_("unclear")}
EVIDENCE = {
    "payment": N_("The last invoices were not paid; nobody cancelled."),
    "contact": N_("A key contact left {days} days before."),
    "early_little_use": N_("Left {age} days after the start, and used it on {used} of the last 28 days."),
    "early_fall": N_("Left {age} days after the start, and use had fallen by {fall} %."),
    "early": N_("Left {age} days after the start; no use is recorded."),
    "price_change": N_("Left {days} days after the price change “{title}”."),
    "downgrade": N_("Went down to a lower amount {days} days before."),
    "csat": N_("Rated support {score} of 5 in the last 60 days."),
    "tickets": N_("Wrote {tickets} tickets in the last 60 days; {usual} are usual."),
    "use_fell": N_("Use in the last 28 days was {fall} % below what is usual for this customer."),
    "event": N_("Left {days} days after “{title}”, and nothing else stands out."),
}


def reason(taxonomy: Taxonomy, code: str) -> str:
    """The label of a reason under a version of the list, with what it was split from; a dash for none."""
    if not code:
        return "–"
    found = taxonomy.find(code)
    if found is not None and found.parent:
        return f"{_label(taxonomy, found.parent)} · {_label(taxonomy, code)}"
    if any(other.parent == code for other in taxonomy.reasons):
        return _("{reason} (not yet divided)").format(reason=_label(taxonomy, code))
    return _label(taxonomy, code)


def _label(taxonomy: Taxonomy, code: str) -> str:
    found = taxonomy.find(code)
    if found is None:
        return code
    return _(found.label) if REASONS.get(code) == found.label else found.label


def question(number: str, wording: str) -> str:
    """The wording of a question; one everybody starts with is translated, one somebody wrote stands as it is."""
    return _(wording) if QUESTIONS.get(number) == wording else wording


def evidence(found: Evidence) -> str:
    """Why a reason is suggested, in words."""
    return _(EVIDENCE[found.rule]).format(**dict(found.numbers))


def suggested(taxonomy: Taxonomy, loss: Loss) -> str:
    """The suggested reason with its evidence; a dash without one."""
    if not loss.evidence:
        return "–"
    return f"{reason(taxonomy, loss.suggested)}: {evidence(loss.evidence[0])}"
