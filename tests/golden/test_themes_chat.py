"""Themes of the public churn chats (3,333 conversations with a telephone company)."""

import csv
from pathlib import Path

from analysis.feedback.themes import Themes, themes, tokens


def test_the_themes_of_real_conversations_show_what_they_are_about(shared_datasets: Path):
    with (shared_datasets / "aws_churn_chat" / "text.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["chat_log"] for row in csv.DictReader(file)][:800]
    found = themes(texts)

    assert isinstance(found, Themes)
    assert sum(theme.texts for theme in found.groups) + found.without == len(texts)
    words = {term for theme in found.groups for term in theme.terms}
    # Counted by hand: the subjects of a telephone company that come up most.
    assert {"phone", "plan", "data"} <= words
    for theme in found.groups:
        for example in theme.examples:
            assert theme.terms[0] in tokens(texts[example])
