"""A recorded page as calls of Streamlit's own functions with constants: what showing it costs when nothing is asked.

Every element and container the app sent is drawn again by the function that draws such elements, with its arguments
ready beforehand: no query, no cache, no text to be translated or formatted.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

#: The variable that names the recording.
RECORDING = "BENCH_RECORDING"
Draw = Callable[[DeltaGenerator], Any]
#: First number of a path: the main part, the sidebar, what stands nowhere (styles).
_ROOTS: tuple[Callable[[], DeltaGenerator], ...] = (lambda: st._main, lambda: st.sidebar, lambda: st._main)


@dataclass
class Node:
    """One element or container; `draw` gives the container the children are drawn into."""

    draw: Draw
    children: list["Node"] = field(default_factory=list["Node"])


@dataclass(frozen=True)
class Page:
    """A recorded page: what it shows, and the navigation around it (section, title, address)."""

    roots: tuple[tuple[int, Node], ...]
    navigation: tuple[tuple[str, str, str], ...]

    def draw(self) -> None:
        """Everything once."""
        for root, node in self.roots:
            _draw(node, _ROOTS[root]())


def _draw(node: Node, at: DeltaGenerator) -> None:
    drawn = node.draw(at)
    if isinstance(drawn, list):
        for column, child in zip(drawn, node.children, strict=True):
            for inner in child.children:
                _draw(inner, column)
        return
    for child in node.children:
        _draw(child, drawn)


def write(messages: Sequence[ForwardMsg], file: Path) -> None:
    """Keep what a visit brought."""
    parts = (m.SerializeToString() for m in messages)
    file.write_bytes(b"".join(len(part).to_bytes(4, "big") + part for part in parts))


@cache
def read(file: Path) -> Page:
    """The page of a recording."""
    data, at = file.read_bytes(), 0
    messages: list[ForwardMsg] = []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        messages.append(ForwardMsg.FromString(data[at + 4 : at + 4 + size]))
        at += 4 + size
    pages = [p for m in messages for p in m.navigation.app_pages]
    navigation = tuple((p.section_header, p.page_name, p.url_pathname) for p in pages)
    return Page(_tree([m for m in messages if m.WhichOneof("type") == "delta"]), navigation)


def _tree(messages: Sequence[ForwardMsg]) -> tuple[tuple[int, Node], ...]:
    """Nodes at the top with the number of their part; the last message for a place holds, and comes in its order."""
    held = {tuple(m.metadata.delta_path): m for m in messages}
    columns = {path[:-1] for path, m in held.items() if m.delta.add_block.HasField("column")}
    nodes = {path: Node(_drawing(m, path, columned=path in columns)) for path, m in held.items()}
    for path in sorted(nodes):
        if path[:-1] in nodes:
            nodes[path[:-1]].children.append(nodes[path])
    return tuple((path[0], node) for path, node in nodes.items() if path[:-1] not in nodes)


def _drawing(message: ForwardMsg, path: tuple[int, ...], *, columned: bool) -> Draw:
    key, delta = "-".join(map(str, path)), message.delta
    if columned:
        return lambda at: at.columns(2)
    if delta.HasField("add_block"):
        return _container(delta.add_block, key)
    element = delta.new_element
    kind = element.WhichOneof("type")
    if kind not in _ELEMENTS:
        raise ValueError(f"the Overview shows an element of kind {kind}, which tests/load/constants.py cannot draw")
    return _ELEMENTS[kind](element, key)


def _container(block: Block, key: str) -> Draw:
    kind = block.WhichOneof("type")
    if kind == "popover":
        shown = block.popover
        return lambda at: at.popover(shown.label, icon=shown.icon or None, type=shown.type, key=key)  # pyright: ignore[reportArgumentType] - one of its literals
    if kind == "expandable":
        return lambda at: at.expander(block.expandable.label, key=key)
    if kind == "grid_container":
        width = block.grid_container.min_column_width_px
        return lambda at: at.grid(columns="auto", min_column_width=width, key=key)
    border = block.flex_container.border
    horizontal = block.flex_container.direction == Block.FlexContainer.Direction.HORIZONTAL
    return lambda at: at.container(border=border, key=key, horizontal=horizontal)


def _markdown(element: Element, _key: str) -> Draw:
    body = element.markdown.body
    if element.markdown.element_type == element.markdown.Type.CAPTION:
        return lambda at: at.caption(body)
    return lambda at: at.markdown(body)


def _html(element: Element, _key: str) -> Draw:
    body, script = element.html.body, element.html.unsafe_allow_javascript
    return lambda at: at.html(body, unsafe_allow_javascript=script)


def _heading(element: Element, _key: str) -> Draw:
    body = element.heading.body
    if element.heading.tag == "h1":
        return lambda at: at.title(body, anchor=False)
    return lambda at: at.header(body, anchor=False)


def _table(element: Element, _key: str) -> Draw:
    frame = pa.ipc.open_stream(element.table.arrow_data.data).read_pandas()
    return lambda at: at.table(frame, border="horizontal", hide_index=True)


def _selectbox(element: Element, key: str) -> Draw:
    label, options = element.selectbox.label, list(element.selectbox.options)
    return lambda at: at.selectbox(label, options, key=key)


def _radio(element: Element, key: str) -> Draw:
    label, options = element.radio.label, list(element.radio.options)
    return lambda at: at.radio(label, options, key=key)


def _button_group(element: Element, key: str) -> Draw:
    label, options = element.button_group.label, [o.content for o in element.button_group.options]
    return lambda at: at.segmented_control(label, options, key=key)


def _button(element: Element, key: str) -> Draw:
    shown = element.button
    return lambda at: at.button(shown.label, icon=shown.icon or None, type=shown.type, key=key)  # pyright: ignore[reportArgumentType] - one of its literals


def _code(element: Element, _key: str) -> Draw:
    text = element.code.code_text
    return lambda at: at.code(text, language=None)


def _page_link(element: Element, _key: str) -> Draw:
    label, icon = element.page_link.label, element.page_link.icon
    return lambda at: at.page_link("https://example.org", label=label, icon=icon)


def _chart(element: Element, key: str) -> Draw:
    chart = element.vega_lite_chart
    data = {named.name: pa.ipc.open_stream(named.data.data).read_all() for named in chart.datasets}
    spec = {**json.loads(chart.spec), "datasets": data}
    return lambda at: at.vega_lite_chart(spec=spec, key=key)


_ELEMENTS: dict[str | None, Callable[[Element, str], Draw]] = {
    "button": _button,
    "button_group": _button_group,
    "code": _code,
    "heading": _heading,
    "html": _html,
    "markdown": _markdown,
    "page_link": _page_link,
    "radio": _radio,
    "selectbox": _selectbox,
    "table": _table,
    "vega_lite_chart": _chart,
}
