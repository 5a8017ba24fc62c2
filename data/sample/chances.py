"""The chances of leaving, month by month, with every planted factor in its place."""

from dataclasses import dataclass

import numpy as np

from data.sample.firms import PAID_SEARCH, Firms
from data.sample.timeline import Days, Flags, Floats, Ints, Timeline, days, months_later
from data.sample.truth import Truth

#: No chance of one decision is larger, whatever the factors multiply to.
LARGEST = 0.7


@dataclass(frozen=True)
class Chances:
    """Chances of one chunk of customers; each method returns one chance per customer."""

    firms: Firms
    line: Timeline
    truth: Truth

    def voluntary(self, leaves_on: Days, plan: Ints, *, early: bool) -> Floats:
        """Chance to leave at this decision; one decision a month in the first 90 days, then one per interval."""
        monthly = self.truth.voluntary_chance * np.array(self.truth.plan_factors)[plan] * self._persona()
        if early:
            return np.minimum(LARGEST, monthly * self.truth.early_factor * self._onboarding())
        monthly = monthly * np.where(self.firms.channel == PAID_SEARCH, self.truth.paid_search_factor, 1.0)
        monthly = monthly * self._season(leaves_on)
        monthly = monthly * np.where(self.priced(leaves_on), self.truth.price_loss_factor, 1.0)
        return self._over_interval(monthly)

    def payment(self, ends_on: Days) -> Floats:
        """Chance that an invoice stays unpaid and ends the subscription on `ends_on`."""
        bad = (ends_on >= days(self.line.bad_from)) & (ends_on < days(self.line.bad_to))
        factor = np.where(bad, self.truth.bad_quarter_factor, 1.0)
        return self._over_interval(self.truth.payment_chance * self._persona() * factor)

    def contraction(self, day: Days) -> Floats:
        """Chance to pay less from this day."""
        return self.truth.contraction_chance * np.where(self.priced(day), self.truth.price_contraction_factor, 1.0)

    def priced(self, day: Days) -> Flags:
        """Who is within reach of the price rise on this day: signed before it, within its months."""
        start = days(self.line.price_on)
        end = months_later(start.reshape(1), self.truth.price_months)[0]
        return (day >= start) & (day < end) & (self.firms.signed_on < start)

    def _persona(self) -> Floats:
        return np.where(self.firms.persona, self.truth.persona_factor, 1.0)

    def _onboarding(self) -> Floats:
        fixed = self.firms.signed_on >= days(self.line.onboarding_on)
        return np.where(fixed, self.truth.onboarding_loss_factor, 1.0)

    def _season(self, day: Days) -> Floats:
        month = day.astype("datetime64[M]").astype(np.int64) % 12
        return 1.0 + self.truth.season_amplitude * np.cos(2 * np.pi * month / 12)

    def _over_interval(self, monthly: Floats) -> Floats:
        return np.minimum(LARGEST, 1.0 - (1.0 - np.minimum(monthly, 0.95)) ** self.firms.interval)
