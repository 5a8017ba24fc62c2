"""The sections of the data page."""

from collections.abc import Callable

from dashboard import import_wizard, release_list, sections
from dashboard.language import N_

SECTIONS: dict[str, tuple[str, Callable[[], None]]] = {
    "load": (N_("Load files"), import_wizard.draw),
    "releases": (N_("Releases"), release_list.draw),
    "sources": (N_("Sources"), release_list.draw_sources),
    "log": (N_("Import log"), release_list.draw_log),
}


def draw() -> None:
    """The section the reader chose."""
    section = sections.choose({code: name for code, (name, _draw) in SECTIONS.items()})
    SECTIONS[section][1]()
