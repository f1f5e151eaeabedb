"""Pages to import, written for these tests: a ferry pier, a council, a harbour town."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stoppress.intake.page import Page
from stoppress.intake.page_html import read_html
from stoppress.intake.page_text import read_text

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

HEADLINE = "Northgate votes to rebuild its ferry pier"
BODY = """
The harbour council of Northgate voted on Thursday to rebuild the old ferry pier before
the winter, after three storms had closed it for most of the year.

"We cannot wait for another January," the harbour master, Ines Dahl, told the council,
and nobody contradicted her.

The work is to cost four million crowns -- twice what was planned in 1998 -- and will be
paid for by a levy on every car that the ferries carry.

Fishermen from the lower town, who had asked for a longer breakwater instead, left the
hall before the count.
""".strip()
PARAGRAPHS = [" ".join(block.split()) for block in BODY.split("\n\n")]
CAPTION = "Dahl inspecting the broken piles at low water on Tuesday."

# Short texts about the pier in other languages, by name.
LANGUAGES = dict(
    line.split(": ", 1)
    for line in Path(__file__)
    .with_name("languages.txt")
    .read_text("utf-8")
    .splitlines()
    if not line.startswith("#")
)


def scraped(
    *head: str, body: list[str] | None = None, tail: tuple[str, ...] = ()
) -> str:
    """A page as a scraper writes it: blocks with empty lines between them."""
    return "\n\n".join([*head, *(PARAGRAPHS if body is None else body), *tail])


def text_page(text: str) -> Page:
    """The page in a scraped text."""
    return read_text(text, "page.txt")


def article_html(
    *,
    head: str = "",
    body: str | None = None,
    headline: str = HEADLINE,
    after: str = "",
) -> str:
    """A news page as sites build them: furniture around an `article`."""
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{headline} - Northgate Post</title>
{head}</head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
</header><main><article><h1>{headline}</h1>{paragraphs if body is None else body}</article>
<aside><h3>Most read</h3><ul><li><a href="/1">Ferry fares to rise</a></li></ul></aside>
</main>{after}<footer>© 2024 Northgate Post. All rights reserved.</footer></body></html>"""


def json_ld(**article: Any) -> str:
    """A block of JSON-LD with the page's site and its article."""
    node = {"@type": "NewsArticle", "headline": HEADLINE, **article}
    graph = [{"@type": "WebSite", "name": "Northgate Post"}, node]
    block = json.dumps({"@context": "https://schema.org", "@graph": graph})
    return f'<script type="application/ld+json">{block}</script>'


def meta(name: str, content: str) -> str:
    """A `meta` element."""
    return f'<meta property="{name}" content="{content}">'


def html_page(html: str, *, zone: Any = UTC) -> Page:
    """The page in an HTML text."""
    return read_html(html, "page.html", now=NOW, zone=zone)
