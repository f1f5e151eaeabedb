"""A page as a reader's browser takes it: elements found by tag and attribute."""

from __future__ import annotations

from typing import Any

from lxml import html as lxml_html  # type: ignore[import-untyped]


def parsed(response_or_text: Any) -> Any:
    """The page or fragment as an element tree."""
    text = getattr(response_or_text, "content", response_or_text)
    return lxml_html.fromstring(text.decode() if isinstance(text, bytes) else text)


def words(node: Any) -> str:
    """The text that stands in an element, with single spaces."""
    return " ".join(node.text_content().split())


def only(tree: Any, path: str) -> Any:
    """The one element at an XPath."""
    found = tree.xpath(path)
    assert len(found) == 1, f"{len(found)} elements at {path}"
    return found[0]


def meta(tree: Any, name: str) -> str:
    """The content of a `<meta>` element."""
    return str(only(tree, f"//meta[@name='{name}']").get("content"))
