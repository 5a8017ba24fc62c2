"""Cross-tabs on a company that can be counted by hand."""

from datetime import date

import pytest

from analysis.kpis.report import kpis
from analysis.periods import add_months
from analysis.personas.change import change
from analysis.personas.crosstab import Cell, crosstab, values_of
from analysis.personas.dimensions import OTHERS
from analysis.personas.search import Personas, personas
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.crosstabs import Independence
from data.engine import Engine
from data.errors import ReviewError, UnknownSegment
from data.queries.crosstab import (
    Dimension,
    asked_by_many,
    cells_by_half,
    counts_of_each,
    crosstab_counts,
    customers_at_risk,
)
from data.queries.customers import customer_count
from data.records import EVERYBODY, Condition, CustomerQuery, Period, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

YEAR = Scope(start=date(2024, 1, 1), end=date(2025, 1, 1))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """60 retailers of whom 30 leave in 2024 and one before, 60 in health of whom 3 do, 4 without an industry.

    One in health never paid: it is nowhere counted.
    """
    home = tmp_path_factory.mktemp("crosstab") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        customers = [a_customer(f"r{i}", industry="retail", employees=5 + i, a_code=str(i)) for i in range(61)]
        customers += [a_customer(f"h{i}", industry="health", employees=40, a_code=str(100 + i)) for i in range(60)]
        customers += [a_customer(f"x{i}", a_code="900") for i in range(4)]
        customers += [a_customer("never", industry="health", employees=40, a_code="100")]
        rows = [
            a_subscription(f"r{i}", "2022-12-01", f"2024-{i % 12 + 1:02d}-10" if i < 30 else None) for i in range(60)
        ]
        rows += [a_subscription("r60", "2022-12-01", "2023-06-01")]
        rows += [a_subscription(f"h{i}", "2022-12-01", "2024-05-10" if i < 3 else None, mrr=2000) for i in range(60)]
        rows += [a_subscription(f"x{i}", "2022-12-01") for i in range(4)]
        return an_engine(a_company(rows, customers=customers, attributes={"a_code": "Code"}))


def by_value(engine: Engine, *attributes: str, scope: Scope = YEAR) -> dict[tuple[str, ...], Cell]:
    return {cell.values: cell for cell in crosstab(engine, scope, attributes).cells}


def test_a_cell_counts_customers_losses_and_money(engine: Engine):
    """Hand count: half of the retailers, a twentieth of the others; 34 of 124 in all."""
    retail = by_value(engine, "industry")[("retail",)]
    assert (retail.customers, retail.churned, retail.mrr_cents, retail.mrr_lost_cents) == (60, 30, 60_000, 30_000)
    assert isinstance(retail.rate, Estimate)
    assert isinstance(retail.lift, Estimate)
    assert retail.rate.value == 0.5
    assert retail.lift.value == pytest.approx(0.5 / (33 / 124))
    assert retail.verdict == "more"
    assert by_value(engine, "industry")[("health",)].verdict == "fewer"


def test_everybody_ever_holds_who_left_before(engine: Engine):
    assert by_value(engine, "industry", scope=Scope())[("retail",)].churned == 31


def test_a_small_cell_says_so_and_is_in_no_family(engine: Engine):
    found = crosstab(engine, YEAR, ["industry"])
    (small,) = [cell for cell in found.cells if cell.values == ("",)]
    assert isinstance(small.rate, NotEnoughData)
    assert (small.p_value, small.p_adjusted, small.verdict) == (None, None, "not enough data")
    assert found.tested == 2


def test_the_cells_of_a_range_add_up_to_the_key_figures(engine: Engine):
    (row,) = kpis(engine, Scope(YEAR.start, YEAR.end, "year")).rows
    for attributes in (["industry"], ["employees"], ["industry", "plan"]):
        cells = crosstab(engine, YEAR, attributes).cells
        assert sum(c.customers for c in cells) == row.customers_start
        assert sum(c.churned for c in cells) == row.customers_churned
        assert sum(c.mrr_cents for c in cells) == row.mrr_start_cents
        assert sum(c.mrr_lost_cents for c in cells) == -row.mrr_churn_cents


@pytest.mark.parametrize("attributes", [["industry"], ["employees"], ["code"], ["industry", "employees"]])
def test_the_conditions_of_a_cell_find_its_customers(engine: Engine, attributes: list[str]):
    paid = Condition("started_on", ">=", ("2022-01-01",))
    for cell in crosstab(engine, Scope(), attributes, most=2).cells:
        everybody = CustomerQuery("all", segment=Segment((*cell.conditions, paid)))
        lost = CustomerQuery("lost", segment=Segment(cell.conditions))
        assert customer_count(engine, everybody)["customers"] == cell.customers
        assert customer_count(engine, lost)["customers"] == cell.churned


def test_numbers_come_in_bands_and_words_as_they_are(engine: Engine):
    assert crosstab(engine, YEAR, ["employees"]).values == (("< 10", "10 – < 50", "50 – < 250", ""),)
    assert crosstab(engine, YEAR, ["code"]).values == (("< 31", "31 – < 100", "100 – < 130", "≥ 130"),)


def test_beyond_the_most_frequent_values_the_rest_is_one_cell(engine: Engine):
    assert set(by_value(engine, "industry", scope=Scope())) == {("retail",), ("health",), ("",)}
    few = crosstab(engine, YEAR, ["industry"], most=1)
    assert few.values == (("health", OTHERS),) or few.values == (("retail", OTHERS),)


def test_counts_stand_in_their_order_and_names_by_how_many_have_them():
    def order(sizes: dict[str, int]) -> list[str]:
        return list(values_of([{"v0": v, "customers": n} for v, n in sizes.items()], 0, Dimension("x"), 8))

    assert order({"1": 9, "3+": 4, "0": 5, "2": 7, "": 8}) == ["0", "1", "2", "3+", ""]
    assert order({"b": 1, "": 9, "a": 5}) == ["a", "b", ""]


def test_leaving_depends_on_the_industry_beyond_chance(engine: Engine):
    found = crosstab(engine, YEAR, ["industry"])
    assert not isinstance(found.association, NotEnoughData)
    assert found.association.p_value < 0.001
    assert [cell.values for cell in found.findings] == [("retail",)]


def test_in_one_cell_of_everybody_nothing_can_be_compared(engine: Engine):
    found = crosstab(engine, Scope(segment=Segment((Condition("industry", "in", ("health",)),))), ["industry"])
    assert isinstance(found.association, NotEnoughData)
    assert isinstance(found.cells[0].lift, NotEnoughData)
    assert found.cells[0].verdict == "not enough data"


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ([], "one or two"),
        (["plan", "plan"], "one or two"),
        (["plan", "interval", "industry"], "one or two"),
        (["status"], "whether a customer was lost"),
        (["colour"], "no attribute colour"),
    ],
)
def test_what_cannot_be_asked_is_refused(engine: Engine, attributes: list[str], reason: str):
    with pytest.raises(ReviewError, match=reason):
        crosstab(engine, YEAR, attributes)


@pytest.mark.parametrize(
    ("start", "end"), [(YEAR.start, None), (None, YEAR.end), (YEAR.end, YEAR.start)], ids=["open", "begun", "empty"]
)
def test_a_range_has_two_ends_in_order(engine: Engine, start: date | None, end: date | None):
    with pytest.raises(ReviewError):
        crosstab(engine, Scope(start, end), ["industry"])


def test_an_attribute_is_found_by_the_name_of_its_column(engine: Engine):
    with pytest.raises(UnknownSegment, match="codeOf"):
        crosstab(engine, YEAR, ["codeOf"])
    assert crosstab(engine, YEAR, ["Industry"]).attributes == ("Industry",)


def test_a_range_that_the_data_do_not_cover_is_refused():
    engine = an_engine(a_company([a_subscription(f"c{i}", "2023-01-01") for i in range(30)]))
    unseen = Scope(day("2024-12-20"), day("2025-01-20"))
    for ask in (
        lambda: crosstab(engine, unseen, ["plan"]),
        lambda: change(engine, unseen, "plan"),
        lambda: personas(engine, unseen),
    ):
        with pytest.raises(ReviewError, match="Choose an end up to 2025-01-01"):
            ask()


def test_a_company_whose_customers_are_all_alike_has_no_persona():
    ends = (f"2024-0{1 + i % 9}-01" if i % 2 else None for i in range(60))
    engine = an_engine(a_company([a_subscription(f"c{i}", "2023-01-01", end) for i, end in enumerate(ends)]))
    found = personas(engine, Scope(), ["plan"])
    assert isinstance(found, Personas)
    assert found.found == ()


def test_who_came_early_is_no_kind_of_customer_that_leaves_more_often():
    """Each cohort loses a customer in 20 per month, whatever it is called; the old ones had three years for it."""
    rows, people = [], []
    for month in range(36):
        starts = add_months(day("2022-01-03"), month)
        for i in range(20):
            ends = add_months(starts, i + 1)
            rows.append(a_subscription(f"m{month}-{i}", str(starts), str(ends) if ends <= day("2024-12-31") else None))
            people.append(a_customer(f"m{month}-{i}", industry="old" if month < 18 else "new"))
    engine = an_engine(a_company(rows, customers=people))
    cells = by_value(engine, "industry", scope=Scope())
    old = cells[("old",)]
    assert isinstance(old.lift, Estimate)
    assert isinstance(old.lift_at_age, Estimate)
    assert old.lift.low is not None
    assert old.lift.low > 1.2
    assert old.lift_at_age.value == pytest.approx(1, abs=0.02)
    assert {cell.verdict for cell in cells.values()} == {"chance"}
    over_all = crosstab(engine, Scope(), ["industry"]).association
    assert isinstance(over_all, Independence)
    assert over_all.p_value > 0.5
    found = personas(engine, Scope(), ["industry"])
    assert isinstance(found, Personas)
    assert found.found == ()
    year = by_value(engine, "industry", scope=Scope(day("2024-01-01"), day("2025-01-01")))
    assert year[("old",)].lift_at_age is None


def test_when_everybody_is_lost_by_now_who_left_earlier_is_still_found():
    """Group a is lost in the first year, group b two years later: nobody of b was lost at the ages of a."""
    ends = [f"{2022 + 2 * (i % 2)}-{3 + i // 2 % 9:02d}-01" for i in range(80)]
    rows = [a_subscription(f"c{i}", "2022-01-01", end) for i, end in enumerate(ends)]
    people = [a_customer(f"c{i}", industry="ab"[i % 2]) for i in range(80)]
    cells = by_value(an_engine(a_company(rows, customers=people)), "industry", scope=Scope())
    a, b = cells[("a",)], cells[("b",)]
    assert (a.churned, b.churned) == (40, 40)
    assert (a.verdict, b.verdict) == ("more", "fewer")


def test_who_was_lost_and_came_back_is_counted_beside_the_verdict():
    """All of group a left in 2022 and are back: none is lost by now, and all first losses are what is judged."""
    rows, people = [], []
    for i in range(80):
        ends = "2022-06-01" if i < 40 else "2024-06-01" if i % 2 else None
        rows.append(a_subscription(f"c{i}", "2022-01-01", ends))
        rows += [a_subscription(f"c{i}", "2022-09-01")] if i < 40 else []
        people.append(a_customer(f"c{i}", industry="a" if i < 40 else "b"))
    found = crosstab(an_engine(a_company(rows, customers=people)), Scope(), ["industry"])
    a, b = (next(cell for cell in found.cells if cell.values == (name,)) for name in "ab")
    assert (a.churned, a.first_losses, a.verdict) == (0, 40, "more")
    assert (b.churned, b.first_losses) == (20, 20)
    assert found.counts_differ


MANY = (Dimension("industry"), Dimension("employees", (10.0, 50.0)), Dimension("code"), Dimension("plan"))
BEFORE, NOW, LONG_AGO = (
    Period(date(2023, 1, 1), date(2024, 1, 1)),
    Period(date(2024, 1, 1), date(2025, 1, 1)),
    Period(date(2021, 1, 1), date(2022, 1, 1)),
)


def test_attributes_and_periods_counted_at_once_are_those_counted_one_by_one(engine: Engine):
    periods = (BEFORE, NOW, LONG_AGO)
    found = counts_of_each(engine, EVERYBODY, MANY, periods)
    for one, per in zip(MANY, found, strict=True):
        for period, rows in zip(periods, per, strict=True):
            alone = crosstab_counts(engine, EVERYBODY, [one], period)
            assert sorted(rows, key=lambda row: row["v0"]) == sorted(alone, key=lambda row: row["v0"])
    assert found[0][2] == []
    assert counts_of_each(engine, EVERYBODY, [], periods) == []


def test_what_is_looked_up_once_answers_as_asked_alone(engine: Engine):
    """Segments within it, several dimensions, dimensions it does not know, and the halves of the search."""
    retail = Segment((Condition("industry", "in", ("retail",)),))

    def answers() -> list[object]:
        pairs = crosstab_counts(engine, EVERYBODY, MANY[:2], NOW), crosstab_counts(engine, retail, MANY[3:], NOW)
        halves = cells_by_half(engine, EVERYBODY, MANY, NOW, 7, 50)
        rows = [sorted(zip(*halves.values(), strict=True))]
        return [
            *(sorted(map(sorted, (row.items() for row in found)), key=str) for found in pairs),
            *rows,
            customers_at_risk(engine, retail, NOW),
            customers_at_risk(engine, retail, LONG_AGO),
        ]

    alone = answers()
    with asked_by_many(engine, EVERYBODY, (BEFORE, NOW), MANY[:3]):
        assert answers() == alone
        with asked_by_many(engine, retail, (NOW,), MANY):
            assert answers() == alone
    assert answers() == alone
