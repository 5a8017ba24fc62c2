"""Further columns of an assignments file are outcomes where they hold numbers, or yes and no."""

from pathlib import Path

import pyarrow as pa

from tests.unit.data.importers.loading import load

ROWS = """experiment_key,customer_id,variant,Kept it,Spend,Rounds,Country,Nothing
x,a,call,TRUE,"1,234.50",3,DE,
x,b,call,no,"2,000.00",n/a,FR,NA
x,c,none,是,,seven,DE,
x,d,none,否,"3.5",8,7,
"""


def test_numbers_and_yes_and_no_are_outcomes_and_keep_their_label(tmp_path: Path):
    loaded = load(tmp_path, "assignments", ROWS)
    (table,) = [t for t in loaded.staged.tables if t.name == "assignments"]
    assert table.attributes == {"o_kept_it": "Kept it", "o_spend": "Spend", "o_rounds": "Rounds"}
    assert table.batches().schema.field("o_kept_it").type == pa.float64()
    found = loaded.rows("SELECT customer_id, o_kept_it, o_spend, o_rounds FROM assignments ORDER BY 1")
    assert found == [("a", 1, 1234.5, 3), ("b", 0, 2000, None), ("c", 1, None, None), ("d", 0, 3.5, 8)]


def test_what_is_no_outcome_rejects_nothing_and_is_said(tmp_path: Path):
    loaded = load(tmp_path, "assignments", ROWS)
    assert not loaded.rejects
    (unreadable,) = loaded.notes("outcome_unreadable")
    assert (unreadable.column, unreadable.count) == ("Rounds", 1)
    assert "seven" in unreadable.text
    (left,) = loaded.notes("outcome_left_out")
    assert "Country, Nothing" in left.text
    assert "Kept it, Spend, Rounds" in loaded.notes("outcomes")[0].text


def test_outcomes_are_no_attributes_that_might_leak(tmp_path: Path):
    rows = "".join(f"x,c{n},{'call' if n % 2 else 'none'},{n % 2}\n" for n in range(200))
    loaded = load(tmp_path, "assignments", "experiment_key,customer_id,variant,discount offer\n" + rows)
    assert not loaded.notes("offer")
    assert not loaded.notes("leakage")
