"""The name of whoever is at the screen: asked once, remembered by tab and browser, and never longer than a name is."""

from streamlit.testing.v1 import AppTest

_ASKING = """
import streamlit as st
from dashboard import who

if not st.checkbox("elsewhere"):
    who.ask(["Onboarding lead"], departments=True)
st.text(f"{who.you()}|{who.department()}|{who.department_name(who.department())}")
"""


def asked() -> AppTest:
    return AppTest.from_string(_ASKING).run()


def test_nobody_is_anybody_before_a_name_is_given() -> None:
    assert asked().text[0].value == "||"


def test_a_name_and_a_department_are_remembered_where_nobody_asks() -> None:
    at = asked()
    at.text_input(key="who.name").input("  Noor ")
    at.selectbox(key="who.department").select("customer-success").run()
    assert at.text[0].value == "Noor|customer-success|Customer success"
    at.checkbox[0].check().run()
    assert at.text[0].value.startswith("Noor|customer-success")


def test_a_name_that_is_known_is_chosen_with_a_click() -> None:
    at = asked()
    at.button(key="who.known.0").click().run()
    assert at.text[0].value.startswith("Onboarding lead|")


def test_a_department_of_another_name_stays_as_it_was_typed_and_none_is_endless() -> None:
    at = AppTest.from_string(_ASKING)
    at.session_state["who.department"] = "Finance" + "x" * 100  # the bench can choose options, but not type one
    at.run()
    _name, department, words = at.text[0].value.split("|")
    assert (department, len(department), words) == ("Finance" + "x" * 73, 80, department)
