"""What an editor is told after an import: each sentence one thing to know or to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.intake.page import shown

if TYPE_CHECKING:
    from stoppress.intake.dates import Dated
    from stoppress.intake.page import Page

# Dropped lines that are named; the rest is counted.
MAX_NAMED = 3


def notes_on(page: Page, *, given: Dated | None, draft: bool) -> list[str]:
    """The sentences, the most urgent first. `given` is the date the editor gave, `draft`
    that a draft was asked for."""
    said = [
        *_on_the_date(page, given=given, draft=draft),
        *_on_the_stamp(page),
        *page.warnings,
        *_on_what_was_left_out(page),
    ]
    if page.byline:
        said.append(f"The page names as its author: {shown(page.byline)}.")
    return said


def _on_the_date(page: Page, *, given: Dated | None, draft: bool) -> list[str]:
    found = page.published
    if given:
        differs = found is not None and abs(found.at - given.at).days > 1
        if not found or not differs:
            return []
        return [f"The page itself says {found.at:%Y-%m-%d} ({found.where})."]
    if found:
        return [f"Dated {found.at:%Y-%m-%d}, as the page says ({found.where})."]
    missing = "The page has no publication date that can be trusted"
    then = "." if draft else ": it was imported as a draft."
    return [missing + then, _how_to_date(page)]


def _how_to_date(page: Page) -> str:
    seen = next((date for date in page.dates), None)
    if seen is None:
        return "Import it again with --published DATE to publish it."
    return (
        f"It shows “{shown(seen.where)}”; if that is when it was published, import it "
        f"again with --published {seen.at:%Y-%m-%d}."
    )


def _on_the_stamp(page: Page) -> list[str]:
    if not page.stamp:
        return []
    return [
        f"Its stamp “{shown(page.stamp)}” was kept as such, not taken for the date."
    ]


def _on_what_was_left_out(page: Page) -> list[str]:
    lines = page.furniture
    if not lines:
        return []
    named = ", ".join(f"“{shown(line)}”" for line in lines[:MAX_NAMED])
    more = f" and {len(lines) - MAX_NAMED} more" if len(lines) > MAX_NAMED else ""
    return [f"Left out as page furniture: {named}{more}."]
