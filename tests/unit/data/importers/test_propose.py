"""Tables of unknown origin: what they are and what their columns mean, from names and values; what is asked is obeyed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DataProblem
from data.importers.headers import clean
from data.importers.propose import Look, propose
from data.importers.propose_content import profiles
from data.importers.propose_mapping import ImportMapping, mapping_from, mapping_from_json, mapping_of
from data.importers.propose_plan import ImportPlan, plan
from tests.unit.data.importers.typed import a_connection, a_raw_table, codes

CUSTOMER_ROWS = [[f"K-{n:03}", f"Firm {n}", "retail" if n % 2 else "steel", f"2024-0{n % 9 + 1}-11"] for n in range(40)]
PERIOD_ROWS = [[f"V-{n}", f"K-{n % 40:03}", "49.90", "2024-02-01", "" if n % 3 else "2024-08-01"] for n in range(60)]


def proposal_of(name, header, rows):
    connection = a_connection()
    raw = a_raw_table(connection, name, header, [[v or None for v in row] for row in rows])
    return propose(Look(name, raw.columns, profiles(connection, raw.relation, raw.columns), {}))


def planned(*tables, **wishes) -> ImportPlan:
    connection = a_connection()
    raws = [
        a_raw_table(connection, name, header, [[v or None for v in r] for r in rows]) for name, header, rows in tables
    ]
    return plan(connection, raws, **wishes)


@pytest.mark.parametrize(
    ("name", "header", "row", "role", "columns"),
    [
        ("kunden", ["ClientNo", "CompanyName", "Sector", "SignupDate"], ["7", "A", "x", "2024-01-05"], "customers",
         {"customer_id": "ClientNo", "name": "CompanyName", "industry": "Sector", "signed_on": "SignupDate"}),
        ("客户", ["客户编号", "客户名称", "所属行业", "注册日期"], ["7", "A", "x", "2024-01-05"], "customers",
         {"customer_id": "客户编号", "name": "客户名称", "industry": "所属行业", "signed_on": "注册日期"}),
        ("contracts", ["contract_no", "account id", "begin date", "end date", "monthly fee"],
         ["1", "7", "2024-01-05", "", "12.50"], "subscriptions",
         {"subscription_id": "contract_no", "customer_id": "account id", "starts_on": "begin date", "mrr": "monthly fee"}),
        ("cases", ["caseNumber", "accountId", "dateOpened", "dateClosed", "severity"],
         ["1", "7", "2024-01-05 10:00", "", "high"], "tickets",
         {"ticket_id": "caseNumber", "customer_id": "accountId", "opened_at": "dateOpened", "priority": "severity"}),
        ("activity", ["account_id", "activity_date", "logins", "active_seats", "minutes_used"],
         ["7", "2024-01-05", "3", "2", "12"], "usage_daily",
         {"customer_id": "account_id", "day": "activity_date", "logins": "logins", "active_users": "active_seats"}),
        ("log", ["user_id", "event_name", "event_time", "session_id"], ["7", "click", "2024-01-05 10:00:01", "s1"], "events",
         {"event": "event_name", "at": "event_time", "session_id": "session_id"}),
        ("cancellations", ["customer_id", "churn_date", "churn_reason", "comment"], ["7", "2024-01-05", "price", "bye"], "exits",
         {"customer_id": "customer_id", "on": "churn_date", "reason": "churn_reason", "text": "comment"}),
        ("telco", ["customerID", "tenure", "Contract", "MonthlyCharges", "Churn"], ["7", "12", "One year", "20.5", "No"], "snapshot",
         {"customer_id": "customerID", "tenure_months": "tenure", "mrr": "MonthlyCharges", "churned": "Churn"}),
        ("orders", ["order_id", "customer_id", "order_date", "order_total"], ["1", "7", "2024-01-05", "20.5"], "purchases",
         {"purchase_id": "order_id", "customer_id": "customer_id", "on": "order_date", "amount": "order_total"}),
        ("nps_2024", ["respondent", "customer_id", "answered_at", "nps_score", "comment"], ["1", "7", "2024-01-05", "9", "ok"],
         "surveys", {"customer_id": "customer_id", "at": "answered_at", "score": "nps_score", "text": "comment"}),
        ("ab_test", ["client_id", "test_group", "enrolled_at"], ["7", "control", "2024-01-05"], "assignments",
         {"customer_id": "client_id", "variant": "test_group", "assigned_at": "enrolled_at"}),
    ],
)  # fmt: skip
def test_a_table_is_understood_by_its_names_in_english_and_chinese(name, header, row, role, columns):
    found = proposal_of(name, header, [row])
    assert found is not None
    assert found.role == role
    assert columns.items() <= found.columns.items()
    assert not found.missing


@pytest.mark.parametrize(
    ("name", "header", "row", "role", "columns"),
    [
        ("kunden", ["Kundennummer", "Kunde", "Branche", "Land", "E-Mail", "Kunde seit"],
         ["K-7", "Maier GmbH", "Handel", "DE", "a@x.de", "05.01.2024"], "customers",
         {"customer_id": "Kundennummer", "name": "Kunde", "industry": "Branche", "country": "Land", "signed_on": "Kunde seit"}),
        ("vertraege", ["Vertragsnummer", "Kunden-ID", "Vertragsbeginn", "Kündigungsdatum", "Betrag", "Tarif", "Status"],
         ["V1", "K-7", "05.01.2024", "", "49,90", "Basis", "aktiv"], "subscriptions",
         {"subscription_id": "Vertragsnummer", "customer_id": "Kunden-ID", "starts_on": "Vertragsbeginn",
          "ends_on": "Kündigungsdatum", "price": "Betrag", "plan": "Tarif", "status": "Status"}),
        ("vertraege", ["Vertragsnr", "Kunde", "Beginn", "Kuendigungsdatum", "Vertragsende", "Monatsbeitrag"],
         ["V1", "K-7", "05.01.2024", "01.11.2024", "31.12.2024", "49,90"], "subscriptions",
         {"customer_id": "Kunde", "ends_on": "Vertragsende", "cancelled_on": "Kuendigungsdatum", "mrr": "Monatsbeitrag"}),
        ("rechnungen", ["Rechnungsnummer", "Kundennr.", "Rechnungsdatum", "Fällig am", "Umsatz"],
         ["R1", "K-7", "05.01.2024", "04.02.2024", "49,90"], "invoices",
         {"invoice_id": "Rechnungsnummer", "customer_id": "Kundennr.", "issued_on": "Rechnungsdatum", "amount": "Umsatz"}),
        ("abonnements", ["Numéro de contrat", "Code client", "Date de début", "Date de résiliation", "Montant mensuel"],
         ["V1", "K-7", "05/01/2024", "", "49,90"], "subscriptions",
         {"subscription_id": "Numéro de contrat", "customer_id": "Code client", "starts_on": "Date de début",
          "ends_on": "Date de résiliation", "mrr": "Montant mensuel"}),
        ("clientes", ["Código cliente", "Razón social", "País", "Fecha de alta", "Fecha de baja"],
         ["K-7", "Pérez SA", "ES", "05/01/2024", "31/12/2024"], "customers",
         {"customer_id": "Código cliente", "name": "Razón social", "country": "País", "signed_on": "Fecha de alta",
          "churned_on": "Fecha de baja"}),
        ("合同", ["合同编号", "客户编号", "合同开始日期", "合同结束日期", "月费"], ["1", "7", "2024-01-05", "", "12.50"], "subscriptions",
         {"starts_on": "合同开始日期", "ends_on": "合同结束日期", "mrr": "月费"}),
        ("kunden", ["Kundennummer", "Monate als Kunde", "Monatsbeitrag", "Gekündigt"], ["7", "12", "20,5", "nein"], "snapshot",
         {"customer_id": "Kundennummer", "tenure_months": "Monate als Kunde", "mrr": "Monatsbeitrag", "churned": "Gekündigt"}),
    ],
)  # fmt: skip
def test_a_table_is_understood_by_its_names_in_german_french_and_spanish(name, header, row, role, columns):
    found = proposal_of(name, header, [row])
    assert found is not None
    assert found.role == role
    assert columns.items() <= found.columns.items()
    assert found.sure


@pytest.mark.parametrize(
    "header", ["Months as customer", "Tenure in months", "Customer for (months)", "Months with us", "tenure (mths)"]
)
def test_months_as_a_customer_are_the_tenure_of_a_snapshot(header):
    found = proposal_of("list", ["Customer", header, "Monthly fee", "Churned"], [["C1", "5", "10.00", "Yes"]])
    assert found is not None
    assert (found.role, found.columns["tenure_months"], found.sure) == ("snapshot", header, True)


def test_a_word_that_resembles_one_of_another_language_is_not_taken_for_it():
    found = proposal_of(
        "clients", ["client_no", "company_name", "branch", "signup_date"], [["1", "A", "7", "2024-01-05"]]
    )
    assert found is not None
    assert "branch" not in found.columns.values()


def test_each_proposed_column_says_why():
    found = proposal_of("clients", ["client_no", "sector"], [["1", "x"]])
    assert found is not None
    assert all(m.reasons and 0 < m.confidence <= 1 for m in found.matches)


def test_a_column_of_words_is_no_date_whatever_its_name():
    found = proposal_of(
        "clients", ["client_no", "company_name", "signup_date"], [["1", "A", "spring"], ["2", "B", "autumn"]]
    )
    assert found is not None
    assert "signed_on" not in found.columns


def test_repeated_ids_are_no_table_of_customers():
    rows = [["K-1", "Firm", "retail", "2024-01-01"]] * 30
    found = proposal_of("list", ["customer_id", "name", "industry", "signup_date"], rows)
    assert found is None or found.role != "customers"


def test_values_known_as_customers_make_a_column_the_customer():
    usage = ("use", ["who", "day", "logins"], [[f"K-{n:03}", "2024-03-01", "4"] for n in range(40)])
    customers = ("customers", ["customer_id", "name", "industry", "signup_date"], CUSTOMER_ROWS)
    found = planned(customers, usage, ask=True)
    proposals = {p.table: p for p in found.open}
    assert proposals["use"].columns["customer_id"] == "who"
    assert any("known as customer_id" in r for m in proposals["use"].matches for r in m.reasons)


def test_small_numbers_that_are_ids_by_chance_make_no_customer():
    customers = (
        "customers",
        ["customer_id", "name", "industry", "signup_date"],
        [[str(n), *CUSTOMER_ROWS[n][1:]] for n in range(40)],
    )
    bought = ("bought", ["customer_id", "date", "number_of_cds", "dollar_value"],
              [[f"{n:05}", "2024-03-01", str(n % 9 + 1), "11.77"] for n in range(40)])  # fmt: skip
    found = planned(customers, bought, ask=True)
    columns = {r.table: r.columns for r in found.readings} | {p.table: p.columns for p in found.open}
    assert columns["bought"]["customer_id"] == "customer_id"


def test_a_sure_and_complete_proposal_is_applied_and_said():
    found = planned(
        ("customers", ["customer_id", "company_name", "industry", "signup_date"], CUSTOMER_ROWS),
        ("subscriptions", ["subscription_id", "account_id", "mrr_amount", "start_date", "end_date"], PERIOD_ROWS),
    )
    assert {r.role.name for r in found.readings} == {"customers", "subscriptions"}
    assert codes(found.notes) == {"proposed"}
    assert all("confidence" in n.text for n in found.notes)


def test_an_unsure_proposal_is_not_applied_but_printed_as_arguments():
    with pytest.raises(DataProblem) as refused:
        planned(("mystery", ["who", "when", "beginn", "monthly_value"], [["1", "2024-01-01", "x", "3.5"]]))
    assert "--table" in str(refused.value)
    assert "--map" in str(refused.value)


def test_nothing_known_is_refused_with_a_way_out():
    with pytest.raises(DataProblem, match="--table customers=PATH"):
        planned(("mystery", ["foo", "bar"], [["1", "2"]]))


def test_a_table_that_tells_nothing_is_left_out_beside_others_and_said():
    found = planned(
        ("customers", ["customer_id", "company_name", "industry", "signup_date"], CUSTOMER_ROWS),
        ("colours", ["hue", "saturation"], [["red", "7"]]),
    )
    assert [r.table for r in found.readings] == ["customers"]
    assert "not_understood" in codes(found.notes)


def test_what_is_asked_for_wins_over_what_is_proposed():
    header = ["customer_id", "since", "signup_date", "paid"]
    rows = [["1", "2020-01-01", "2021-01-01", "10"]]
    found = planned(("x", header, rows), asked={"customers": "x.csv"}, map_={"signed_on": "since", "name": "paid"})
    (reading,) = found.readings
    assert reading.columns["signed_on"] == "since"
    assert reading.columns["name"] == "paid"


def test_a_field_can_be_mapped_to_nothing():
    header, rows = ["customer_id", "plan", "signup_date"], [["1", "gold", "2021-01-01"]]
    (reading,) = planned(("x", header, rows), asked={"customers": "x.csv"}, map_={"plan": ""}).readings
    assert "plan" not in reading.columns
    assert set(reading.attributes.values()) == {"plan"}


def test_a_column_can_be_left_out_altogether():
    header, rows = ["customer_id", "plan", "E-Mail", "signup_date"], [["1", "gold", "a@x.de", "2021-01-01"]]
    table = ("x", header, rows)
    (reading,) = planned(table, asked={"customers": "x.csv"}, leave_out=("e mail", "plan")).readings
    assert "plan" not in reading.columns
    assert not reading.attributes
    assert set(reading.unused) == {"plan", "E-Mail"}


def test_a_column_that_is_needed_or_not_there_cannot_be_left_out():
    table = ("x", ["customer_id", "plan"], [["1", "gold"]])
    with pytest.raises(DataProblem, match="no column was found for customer_id"):
        planned(table, asked={"customers": "x.csv"}, leave_out=("customer_id",))
    with pytest.raises(DataProblem, match="no file has a column phone"):
        planned(table, asked={"customers": "x.csv"}, leave_out=("phone",))


def test_a_field_of_two_tables_has_to_say_which_one():
    customers = ("customers", ["customer_id", "company_name", "industry", "signup_date"], CUSTOMER_ROWS)
    periods = ("subscriptions", ["subscription_id", "account_id", "mrr_amount", "start_date", "end_date"], PERIOD_ROWS)
    with pytest.raises(DataProblem, match=r"customers\.customer_id|subscriptions\.customer_id"):
        planned(customers, periods, map_={"customer_id": "account_id"})
    found = planned(customers, periods, map_={"subscriptions.plan": "end_date"})
    assert {r.role.name: r.columns.get("plan") for r in found.readings}["subscriptions"] == "end_date"


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"asked": {"custumers": "x.csv"}}, "There is no table custumers"),
        ({"asked": {"customers": "y.csv"}}, "names no file"),
        ({"asked": {"customers": "x.csv"}, "map_": {"colour": "paid"}}, "no field colour|has a field colour"),
        ({"asked": {"customers": "x.csv"}, "map_": {"name": "nobody"}}, "no column nobody"),
        ({"asked": {"subscriptions": "x.csv"}}, "no column was found for"),
    ],
)
def test_a_wish_that_cannot_be_met_names_the_limit_and_the_way_out(wishes, words):
    with pytest.raises(DataProblem, match=words):
        planned(("x", ["customer_id", "paid"], [["1", "x"]]), **wishes)


def test_unmapped_columns_of_customers_become_attributes_even_when_names_collide():
    header = ["customer_id", "name", "industry", "signup_date", "Size ", "size", "客户等级2"]
    rows = [[*row, "1", "2", "3"] for row in CUSTOMER_ROWS]
    (reading,) = planned(("customers", header, rows)).readings
    assert set(reading.attributes.values()) >= {"Size ", "客户等级2"} or set(reading.attributes.values()) >= {
        "size",
        "客户等级2",
    }
    assert len(set(reading.attributes)) == len(reading.attributes)
    assert all(a.startswith("a_") for a in reading.attributes)


def test_a_mapping_survives_json_and_reads_the_same_again():
    header = ["Nr", "Firma", "seit"]
    rows = [["1", "A", "2020-01-01"], ["2", "B", "2020-02-01"]]
    asked = planned(
        ("x", header, rows),
        asked={"customers": "x.csv"},
        map_={"customer_id": "Nr", "name": "Firma", "signed_on": "seit"},
    )
    saved = mapping_of("ours", asked.readings, {"date_format": "ymd"})
    again = mapping_from_json(saved.to_json())
    assert again == saved
    assert mapping_from(saved.document()) == saved
    found = planned(("later", header, rows), mapping=again)
    assert dict(found.readings[0].columns) == dict(asked.readings[0].columns)


@pytest.mark.parametrize(
    "document",
    [
        {"tables": {"custumers": {"customer_id": "x"}}},
        {"tables": {"customers": {"shoe_size": "x"}}},
        {"tables": ["customers"]},
        {"tables": {"customers": "x"}},
        {"tables": {}, "options": []},
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(document):
    with pytest.raises(DataProblem):
        mapping_from(document)


@pytest.mark.parametrize("text", ["", "[1]", "{"])
def test_text_that_is_no_mapping_is_refused(text):
    with pytest.raises(DataProblem):
        mapping_from_json(text)


def test_a_history_table_beside_the_current_one_is_left_out():
    connection = a_connection()
    current = ["id", "customer_id", "start_date", "created", "ended_at", "cancel_at", "canceled_at", "status", "quantity",
               "trial_start", "trial_end", "current_period_end", "livemode", "_fivetran_synced", "billing_cycle_anchor",
               "application_fee_percent", "billing", "billing_threshold_amount_gte", "days_until_due",
               "billing_threshold_reset_billing_cycle_anchor", "cancel_at_period_end", "current_period_start",
               "default_source_id", "metadata", "tax_percent"]  # fmt: skip
    raws = [
        a_raw_table(connection, "subscription", current),
        a_raw_table(connection, "history", [*current, "_fivetran_active"]),
    ]
    found = plan(connection, raws)
    assert [r.table for r in found.readings] == ["subscription"]
    assert "history_left_out" in codes(found.notes)


def test_a_help_desk_that_names_customers_in_three_ways_is_joined_by_the_way_that_fits():
    connection = a_connection()
    desk = ["Summation column", "Id", "Requester", "Requester id", "Requester external id", "Requester email", "Submitter", "Assignee",
            "Group", "Subject", "Tags", "Status", "Priority", "Via", "Ticket type", "Created at", "Updated at", "Assigned at",
            "Organization", "Solved at", "Resolution time", "Satisfaction Score", "Group stations", "Assignee stations",
            "Reopens", "Replies", "First reply time in minutes"]  # fmt: skip
    row = {
        "Id": "1",
        "Requester id": "900",
        "Requester external id": "ext",
        "Organization": "K-001",
        "Created at": "2024-01-01",
    }
    raws = [
        a_raw_table(connection, "customers", ["customer_id", "company_name", "industry", "signup_date"], CUSTOMER_ROWS),
        a_raw_table(connection, "tickets", desk, [[row.get(c) for c in desk]]),
    ]
    reading = next(r for r in plan(connection, raws).readings if r.table == "tickets")
    assert reading.columns["customer_id"] == "Organization"


SHARED = a_connection()
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda n: n.strip() != ""
)


@settings(max_examples=60)
@given(st.lists(NAMES, min_size=1, max_size=6, unique_by=lambda n: n.casefold()))
@pytest.mark.slow
def test_any_header_row_ends_in_a_plan_or_a_reason_never_in_a_crash(header):
    # As every file's header is made whole before: "_ROW" is a column of the reader itself.
    raw = a_raw_table(SHARED, "x", list(clean(header, "x")[0]), [["1"] * len(header)])
    try:
        outcome = plan(SHARED, [raw]).readings
    except DataProblem as problem:
        outcome = str(problem)
    assert outcome


def test_saved_mappings_take_options():
    mapping = mapping_from(
        {"name": "m", "version": 3, "tables": {"customers": {"customer_id": "x"}}, "options": {"a": 1}}
    )
    assert mapping == ImportMapping("m", 3, {"customers": {"customer_id": "x"}}, {"a": "1"})
