"""Finds every sentence of the app and writes it into the catalogues: `python -m dashboard.locales.extract`."""

import io
import sys
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dashboard.language import DEFAULT, FOLDER, NAMES, SAID
from dashboard.locales import dictionary, said

ROOT = FOLDER.parent.parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def found() -> Catalog:
    """Every sentence in dashboard/ and pages/, of the metric dictionary, and that the data layer writes."""
    catalog = Catalog(project="Building Churn Review", charset="utf-8")
    for folder in ("dashboard", "pages"):
        rows = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for name, _line, message, _comments, _context in rows:
            catalog.add(message, locations=[(f"{folder}/{name}", 0)])
    for message, where in dictionary.messages():
        catalog.add(message, locations=[(where, 0)])
    for message, where in said.messages():
        catalog.add(message, locations=[(where, 0)], context=SAID)
    for message in catalog:
        message.flags.discard("python-format")  # "95 % of" is no placeholder; ours are {named}
    return catalog


def update(code: str) -> Catalog:
    """The catalogue of a language with today's sentences: translations kept, unused ones gone, new ones empty."""
    path = path_of(code)
    catalog = Catalog(locale=code)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=code)
    catalog.update(found(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def path_of(code: str) -> Path:
    """The .po file of a language."""
    return FOLDER / code / "LC_MESSAGES" / "messages.po"


def text_of(catalog: Catalog) -> bytes:
    """A catalogue as the text of a .po file, sorted, without line numbers so that it changes only with sentences."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, sort_output=True, include_lineno=False, omit_header=True, width=110)
    return (
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        + buffer.getvalue()
    )


def missing(code: str) -> list[str]:
    """Sentences without a translation."""
    return [str(message.id) for message in update(code) if message.id and not _translated(message)]


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def main() -> None:
    """Update every catalogue and say what is still untranslated."""
    for code in (c for c in NAMES if c != DEFAULT):
        path_of(code).parent.mkdir(parents=True, exist_ok=True)
        path_of(code).write_bytes(text_of(update(code)))
        for sentence in missing(code):
            sys.stdout.write(f"{code}: {sentence}\n")


if __name__ == "__main__":
    main()
