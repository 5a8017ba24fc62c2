"""On a Chinese page the sentences of the data layer are Chinese: notes, refusals, checks, sources, published figures."""

import re
from pathlib import Path

import pytest

from dashboard import formats
from dashboard.import_words import for_page
from dashboard.language import speaking
from data.errors import DataProblem
from data.importers.request import ImportRequest
from data.importers.stage import stage
from tests.pages.app import open_app
from tests.unit.data.importers.loading import TODAY, written

CHINESE = re.compile("[\u4e00-\u9fff]")
#: Three words in a row are a sentence of ours; names of files, columns and tables are shorter.
ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,} ){2}[A-Za-z]{2,}")

DIRTY = {
    "customers": "customer_id,name,signed_on,churned,promo_offer,empty\n"
    "1,Ada,01/02/2024,yes,a,\n2,Bo,03/04/2024,no,b,-\n2,Bob,03/04/2024,no,b,\n3,Cy,05/06/2024,no,a,x\n",
    "subscriptions": "subscription_id,customer_id,plan,mrr,starts_on,ends_on\n"
    's1,1,pro,"1,50",2024-02-01,\ns2,2,pro,"2,25",2024-01-01,2024-03-01\ns3,2,pro,"2,25",2024-05-01,\n'
    's4,9,pro,"3,75",2024-05-01,\ns5,3,pro,"3,75",2024-05-01,\ns5,3,pro,"3,75",2024-05-01,\n',
    "tickets": "ticket_id,customer_id,opened_at,resolved_at,satisfaction\n"
    "t1,1,2024-03-02 10:00,2024-03-01 10:00,good\nt2,2,2023-01-01 10:00,,bad\n",
}


def test_every_note_on_dirty_files_is_told_in_chinese(tmp_path: Path):
    tables = {name: written(tmp_path, f"{name}.csv", content) for name, content in DIRTY.items()}
    notes = stage(ImportRequest(tables=tables, today=TODAY, home=tmp_path / "home", max_reject_share=1)).notes
    assert len({note.code for note in notes}) > 8
    with speaking("zh_Hans"):
        told = [for_page(note.text) for note in notes]
    assert [text for text in told if not CHINESE.search(text) or ENGLISH.search(text)] == []


def test_a_refusal_for_its_rows_is_told_in_chinese_with_the_controls_of_the_page(tmp_path: Path):
    path = written(tmp_path, "snapshot.csv", "customer_id,tenure_months,churned\n1,4,no\n2,often,yes\n3,,no\n")
    with pytest.raises(DataProblem) as refused:
        stage(ImportRequest(snapshot=path, today=TODAY, home=tmp_path / "home"))
    with speaking("zh_Hans"):
        told = for_page(str(refused.value))
    assert "'tenure_months' 不是不小于 0 的在网时长，例如行 3 (\"often\")" in told
    assert "“可接受的被拒行占文件的百分比”" in told
    assert not ENGLISH.search(told)
    assert "--" not in told


@pytest.mark.usefixtures("demo")
def test_the_trust_bar_tells_every_check_in_chinese():
    at = open_app("data", locale="zh-CN")
    checks = [m.value for m in at.markdown if m.value.startswith((":material/check_circle:", ":material/cancel:"))]
    assert len(checks) >= 4
    said = [check.partition(" ")[2] for check in checks]
    assert [check for check in said if not CHINESE.search(check) or ENGLISH.search(check)] == []


@pytest.mark.usefixtures("demo")
def test_the_sources_say_in_chinese_what_each_holds():
    (table,) = open_app("data", part="sources", locale="zh-CN").dataframe
    about = [str(value) for column in table.value for value in table.value[column] if "。" in str(value)]
    assert "支持工单。" in about
    assert "每位客户一行；文件中的其他列成为可筛选的属性。" in about


@pytest.mark.usefixtures("demo")
def test_a_release_that_is_not_there_is_refused_in_chinese():
    at = open_app("overview", release="99", locale="zh-CN")
    (error,) = at.error
    with speaking("zh_Hans"):
        assert error.value == formats.plain("版本 99 不存在。最新的是版本 1。")


@pytest.mark.usefixtures("demo")
def test_published_figures_name_their_firms_in_chinese():
    at = open_app("trends", locale="zh-CN")
    (peers,) = [box for box in at.selectbox if box.label == "对照企业"]
    assert peers.options
    assert [option for option in peers.options if ENGLISH.search(option) or not CHINESE.search(option)] == []
