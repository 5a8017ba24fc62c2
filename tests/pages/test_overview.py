"""The overview opens on whatever there is."""

from tests.pages.app import open_app


def test_without_data_the_overview_says_what_to_load():
    at = open_app()
    assert "No customer data yet" in [h.value for h in at.header]


def test_without_data_the_overview_shows_no_number():
    assert open_app().metric == []


def test_the_page_speaks_chinese_to_a_chinese_browser():
    at = open_app(locale="zh-CN")
    assert "概览" in [t.value for t in at.title]
