"""Sentences of an import for the page: in its language, and with its control for an option of the command line."""

import re

from dashboard.import_choices import NAMES, called
from dashboard.language import N_, _
from dashboard.said import in_this_language

_TABLES = {"table": N_("This is"), "snapshot": N_("This is"), "map": N_("Columns")}
_TABLE = re.compile(r"--(table|snapshot|map)\b(?: (?:'[^']*'|[\w.]*=(?:'[^']*'|\S*\w)|PATH))?")
_OPTION = re.compile(r"--option (\w+)(?:\.[^=\n]{1,80})?=\S*\w(?: or \w+)?")
_OTHER = re.compile(r"--(mode|as-of|max-reject-share)\b(?: (?:replace|merge))?")
#: Translations keep a blank behind an option, to say where its value ends.
_SPACED = re.compile(r"(?<=”) (?=[，。；：、）])")
_AGAIN = re.compile(r"(“[^”]+”)(?: \1)+")


def for_page(text: str) -> str:
    """The sentence in the reader's language with the names of the page's controls."""
    text = _TABLE.sub(lambda said: _quoted(_(_TABLES[said[1]])), in_this_language(text))
    text = _OPTION.sub(lambda said: _quoted(called(said[1])) if said[1] in NAMES else said[0], text)
    text = _OTHER.sub(lambda said: _quoted(called(said[1].replace("-", "_"))), text)
    return _SPACED.sub("", _AGAIN.sub(r"\1", text))


def _quoted(name: str) -> str:
    return f"“{name}”"
