"""Texts are grouped by the words they share, in any language, and too few of them are not."""

from analysis.feedback.themes import Themes, themes, tokens
from analysis.results import NotEnoughData

DEAR = ["The price is too high for us", "Price went up again", "A fair price would keep us"]
SLOW = ["Support answered after three weeks", "Nobody in support answered", "Slow support, never answered"]
ZH = ["价格太贵了", "价格涨得太快", "客服回复太慢", "客服从不回复"]


def found(texts: list[str]) -> Themes:
    made = themes(texts)
    assert isinstance(made, Themes)
    return made


def test_texts_about_the_same_stand_together_with_their_words_and_examples():
    texts = DEAR * 4 + SLOW * 4
    groups = found(texts).groups

    by_first = {theme.terms[0]: theme for theme in groups}
    assert {"price", "support"} & by_first.keys() or {"price", "answered"} & by_first.keys()
    for theme in groups:
        about_price = ["rice" in texts[i] for i in theme.examples]
        assert len(set(about_price)) == 1, "examples of one theme are about one thing"
    assert sum(theme.texts for theme in groups) + found(texts).without == len(texts)


def test_chinese_is_read_by_neighbouring_characters():
    groups = found(ZH * 6).groups

    assert tokens("价格太贵，price") == ["价格", "格太", "太贵", "price"]
    assert {"价格", "客服"} <= {term for theme in groups for term in theme.terms}


def test_the_same_texts_give_the_same_groups():
    assert themes(DEAR * 5 + SLOW * 5) == themes(DEAR * 5 + SLOW * 5)


def test_too_few_texts_are_not_grouped():
    assert themes([*DEAR * 6, "", "12 34"]) == NotEnoughData("too few texts to group", 18, 20)
    assert isinstance(themes([f"word{'x' * n} only" for n in range(30)]), NotEnoughData | Themes)
    assert isinstance(themes([f"{chr(97 + n % 26) * 3}{chr(97 + n // 26) * 3}" for n in range(30)]), NotEnoughData)
