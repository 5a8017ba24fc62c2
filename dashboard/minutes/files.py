"""The document in the format that a file's name asks for."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.minutes.content import Paper, paper
from dashboard.minutes.docx import docx
from dashboard.minutes.html import html
from dashboard.minutes.pptx import pptx

WRITERS: Mapping[str, Callable[[Paper], bytes]] = {"html": html, "docx": docx, "pptx": pptx}
MIME = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def written(form: str, pack: Mapping[str, Any], minutes: Mapping[str, Any] | None = None, signed: str = "") -> bytes:
    """Pack and minutes of a review as html, docx or pptx, in the reader's language."""
    return WRITERS[form](paper(pack, minutes, signed))
