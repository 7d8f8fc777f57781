"""What every part is made of: choices and loops that work for plain values and Reflex vars alike, links, icons."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.el.elements.inline import A
from reflex_components_core.react_router.dom import ReactRouterLink

Text = str | rx.Var
Child = str | rx.Var | rx.Component
_OUTSIDE = ("http:", "https:", "mailto:", "tel:", "#")


def either(condition: Any, then: Any, otherwise: Any = "") -> Any:
    """Choose by a plain value at once, by a var in the browser. Both sides are of one kind: text or component."""
    if not isinstance(condition, rx.Var):
        return then if condition else otherwise
    if isinstance(then, rx.Component) and isinstance(otherwise, str) and not otherwise:
        return rx.cond(condition, then)
    return rx.cond(condition, then, otherwise)


def given(value: Any) -> bool:
    """Tell whether there may be something: a var and a part always may, a plain value unless it is empty."""
    return isinstance(value, (rx.Var, rx.Component)) or value not in {None, False, ""}


def shown(value: Any, part: Callable[[], Child]) -> Child:
    """Show the part only where there is a value: ``None`` and the empty text leave nothing in the page."""
    if isinstance(value, rx.Var):
        return either(value, part())
    return part() if given(value) else rx.fragment()


def each(items: Any, part: Callable[..., rx.Component]) -> list[rx.Component]:
    """Draw one part for each item of a plain sequence or of a list var. The part takes the item, and the index too."""
    if isinstance(items, rx.Var):
        return [rx.foreach(items, part)]
    wants_index = part.__code__.co_argcount > 1
    return [part(item, index) if wants_index else part(item) for index, item in enumerate(items)]


def classes(*names: Any) -> Any:
    """Join class names, leaving empty ones out; vars among them stay vars."""
    kept = [name for name in names if isinstance(name, rx.Var) or name]
    return kept if any(isinstance(name, rx.Var) for name in kept) else " ".join(kept)


def glue(*parts: Any) -> Any:
    """Join texts, numbers and vars into one text."""
    joined = "".join(str(part) if not isinstance(part, rx.Var) else f"{part}" for part in parts)
    return rx.Var.create(joined) if any(isinstance(part, rx.Var) for part in parts) else joined


def icon(name: str, **props: Any) -> rx.Component:
    """Draw a lucide icon, sized by the text around it. The name is a literal: a var would bundle all 1,600 of them."""
    names = classes("ic", props.pop("class_name", ""))
    return rx.icon(name, class_name=names, **props)


def link(*children: Child, href: Text, native: bool = False, **props: Any) -> rx.Component:
    """Link inside the site without reloading it. ``native`` is for addresses that are not pages: files, sign-out."""
    outside = isinstance(href, str) and (href.startswith(_OUTSIDE) or not href)
    if native or outside:
        if isinstance(href, str) and href.startswith("http"):
            props.setdefault("rel", "noopener")
        return A.create(*children, href=href, **props)
    return ReactRouterLink.create(*children, to=href, **props)


class _PlainForm(BaseHTML):
    tag = "form"


def native_form(*children: Child, action: str, method: str = "get", **props: Any) -> rx.Component:
    """Hold a form that the browser itself sends, as HTML does: ``rx.el.form`` without a handler sends nothing."""
    attributes = {"action": action, "method": method, **props.pop("custom_attrs", {})}
    return _PlainForm.create(*children, custom_attrs=attributes, **props)


def text_link(*children: Child, href: Text, **props: Any) -> rx.Component:
    """Link in running text: underlined."""
    return link(*children, href=href, class_name=classes("link", props.pop("class_name", "")), **props)


def heading(level: int, *children: Child, **props: Any) -> rx.Component:
    """Write a heading of the level its place asks for; parts that may stand anywhere take ``level``."""
    return (rx.el.h1, rx.el.h2, rx.el.h3, rx.el.h4)[level - 1](*children, **props)


def spinner() -> rx.Component:
    """Show that a short wait is going on; the words are up to the part around it."""
    return rx.el.span(class_name="spin", aria_hidden="true")


def hidden(*children: Child, **props: Any) -> rx.Component:
    """Say something to screen readers alone."""
    return rx.el.span(*children, class_name="sr", **props)
