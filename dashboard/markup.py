"""Small pieces of HTML whose every text is escaped: the one way values get into markup."""

from html import escape


def element(tag: str, *content: "Safe | str", **attributes: str) -> "Safe":
    """An element; text is escaped, `Safe` content is taken as it is. `class_` stands for class, `_` for a hyphen."""
    named = "".join(f' {k.rstrip("_").replace("_", "-")}="{escape(v)}"' for k, v in attributes.items())
    inner = "".join(str(c) if isinstance(c, Safe) else escape(c) for c in content)
    return Safe(f"<{tag}{named}>{inner}</{tag}>")


class Safe(str):
    """Markup made by `element`, which needs no escaping."""

    __slots__ = ()
