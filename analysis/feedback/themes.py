"""Groups of texts that use the same words, with the words and examples that show what each is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.results import NotEnoughData

MIN_TEXTS = 20
MOST_THEMES = 6
TERMS, EXAMPLES = 6, 3
TELLING = 0.25
"""Words of a quarter of the weight of the first one, or less, belong to another theme as well."""
_WORD = re.compile(r"[^\W\d_]{3,}|[\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Theme:
    """Texts that use the same words.

    terms     The words that tell it apart, the most telling first.
    texts     How many of the texts are closest to it.
    examples  Positions of its most typical texts.
    """

    terms: tuple[str, ...]
    texts: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class Themes:
    """The groups, largest first, and how many texts fit into none."""

    groups: tuple[Theme, ...]
    without: int


def themes(texts: Sequence[str], *, seed: int = 7) -> Themes | NotEnoughData:
    """Group texts by the words they share.

    texts  One per answer; those without a word count as fitting into none.

    TF-IDF of words (in Chinese, of every two neighbouring characters) that at least two texts use, taken apart by
    non-negative matrix factorisation; a text belongs to the part that explains most of it. NotEnoughData below twenty
    texts with words.

    Use not   as a count of reasons: a theme is a way to find texts worth reading, and another number of groups would
              cut them otherwise.
    Source    Lee & Seung (1999), Nature 401:788-791; scikit-learn TfidfVectorizer and NMF.
    """
    words = [tokens(text) for text in texts]
    told = [i for i, found in enumerate(words) if found]
    if len(told) < MIN_TEXTS:
        return NotEnoughData("too few texts to group", len(told), MIN_TEXTS)
    return _grouped([words[i] for i in told], told, len(texts), seed)


def tokens(text: str) -> list[str]:
    """Words of three letters or more in lower case; of Chinese, every two neighbouring characters."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        for part in _CHINESE.findall(word):
            found += [part[i : i + 2] for i in range(len(part) - 1)]
        found += [part for part in _CHINESE.split(word) if len(part) > 2]
    return found


def _grouped(words: Sequence[Sequence[str]], told: Sequence[int], texts: int, seed: int) -> Themes | NotEnoughData:
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

    kept = [[word for word in found if word not in ENGLISH_STOP_WORDS] for found in words]
    as_given: Any = list
    vectors: Any = TfidfVectorizer(analyzer=as_given, min_df=2, max_df=0.8, sublinear_tf=True)
    try:
        weights = vectors.fit_transform(kept)
    except ValueError:  # scikit-learn's answer when no word is left
        return NotEnoughData("the texts have too few words in common to group")
    parts: Any = min(MOST_THEMES, max(2, round(np.sqrt(len(kept) / 4))), weights.shape[1])
    factors: Any = NMF(n_components=parts, init="nndsvda", random_state=seed, max_iter=1_000, tol=1e-3)
    closeness = factors.fit_transform(weights)
    names = vectors.get_feature_names_out()
    belongs = np.where(closeness.max(axis=1) > 0, closeness.argmax(axis=1), -1)
    found = [_theme(k, closeness, factors.components_, names, belongs, told) for k in range(parts)]
    groups = tuple(sorted((t for t in found if t.texts), key=lambda t: (-t.texts, t.terms)))
    return Themes(groups, texts - sum(t.texts for t in groups))


def _theme(
    k: int, closeness: np.ndarray, components: np.ndarray, names: np.ndarray, belongs: np.ndarray, told: Sequence[int]
) -> Theme:
    mine = np.flatnonzero(belongs == k)
    order = mine[np.argsort(-closeness[mine, k], kind="stable")]
    terms = np.argsort(-components[k], kind="stable")[:TERMS]
    return Theme(
        tuple(str(names[i]) for i in terms if components[k][i] > TELLING * components[k].max()),
        len(mine),
        tuple(told[i] for i in order[:EXAMPLES]),
    )
