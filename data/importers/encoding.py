"""Which encoding a text file is written in, decided from its bytes; always said when it is not UTF-8."""

import codecs
from itertools import pairwise

from data.errors import DataProblem
from data.importers.survey import Survey

#: Marks at the start of a file, longest first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Single-byte code pages tried when the bytes are neither UTF-8 nor Chinese, Western first.
_CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1255", "cp1256")
_LETTERS = {
    "cp1252": "äöüßéèêëàâçñáíóúôîïåæøÄÖÜÉ€£’“”–",
    "cp1250": "ąćęłńóśźżčďěňřšťůžáíéőűöüäß",
    "cp1251": "".join(map(chr, range(0x410, 0x450))) + "ёЁ",
    "cp1253": "".join(map(chr, range(0x3AC, 0x3CF))),
    "cp1255": "".join(map(chr, range(0x5D0, 0x5EB))),
    "cp1256": "".join(map(chr, range(0x621, 0x64B))) + "پچژگ،",
}


def encoding_of(facts: Survey, asked: str = "") -> str:
    """Return the codec name; `asked` (option `encoding`) goes before everything."""
    if asked:
        return _known(asked)
    for mark, name in _MARKS:
        if facts.head.startswith(mark):
            return name
    if facts.utf8 and not facts.nuls:
        return "utf-8"
    if facts.nuls:
        return _without_mark(facts)
    return _legacy(facts.head)


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise DataProblem(
            f"There is no encoding called {name}; try utf-8, utf-16, gb18030, cp1252 or cp1256."
        ) from None


def _without_mark(facts: Survey) -> str:
    """Tell UTF-16 without a mark from stray NUL bytes: in UTF-16 every other byte of Western text is NUL."""
    even, odd = facts.head[0::2].count(0), facts.head[1::2].count(0)
    if max(even, odd) < len(facts.head) / 10:
        return "utf-8" if facts.utf8 else _legacy(facts.head)
    return "utf-16-le" if odd > even else "utf-16-be"


def _legacy(head: bytes) -> str:
    """Choose between GB18030, Big5, Shift-JIS and the code pages by what the bytes above 127 would spell."""
    high = sum(byte > 127 for byte in head)
    chinese = _readable(head, "gb18030")
    common = sum("\u4e00" <= c <= "\u9fff" for c in chinese)
    # A Chinese character takes two bytes above 127 or one and a low one; Western accents stand alone between letters.
    if chinese and common * 2 >= high * 0.6 and _common_share(chinese) > 0.5:
        return "gb18030"
    return max(_CODE_PAGES, key=lambda page: _score(head, page))


def _common_share(text: str) -> float:
    """Return the share of Chinese characters that lie in the 3,755 everyday ones of GB2312, level 1."""
    characters = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    everyday = sum(_everyday(c) for c in characters)
    return everyday / max(len(characters), 1)


def _everyday(character: str) -> bool:
    try:
        first = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= first <= 0xD7


def _readable(head: bytes, codec: str) -> str:
    """Return the text when the head decodes (a character cut at its end is forgiven), else nothing."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return ""


def _score(head: bytes, page: str) -> float:
    """Add up how much the text looks like the page's language; capitals inside a word look like no language."""
    text = head.decode(page, errors="replace")
    foreign = sum(_weight(c, page) for c in text if ord(c) > 127)
    odd = sum(a.islower() and b.isupper() and ord(b) > 127 for a, b in pairwise(text))
    return foreign - 2 * odd - 0.001 * _CODE_PAGES.index(page)


def _weight(character: str, page: str) -> float:
    if character == "\ufffd":
        return -5.0
    if character in _LETTERS[page]:
        return 1.0
    return -0.2 if character.isalpha() else -0.5
