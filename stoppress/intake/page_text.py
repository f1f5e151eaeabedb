"""Plain text as scraped from a page, taken apart into the article and the rest.

The text says nothing about itself, but pages have a shape: above the article stand the
site's furniture, the headline and the lines about it (stamp, date, author, picture), then
come paragraphs, then furniture again. So lines that show by themselves what they are go
first (`sorting`); of what is left, the first sentence is where the article begins, the
headline is above it, and headings below the last sentence are the page's.
"""

from __future__ import annotations

from stoppress.intake import errors
from stoppress.intake.heads import doubts_of, first_paragraph, read_head
from stoppress.intake.lines import lines_of
from stoppress.intake.page import Page, Passage
from stoppress.intake.passages import passages_of
from stoppress.intake.sorting import further_photos, sort_out

# Lines that a text may have: more is a log, and each line is looked at in many ways.
MAX_LINES = 20_000


def read_text(text: str, name: str) -> Page:
    """The article in a scraped text; `name` is for messages.

    Raises NoArticleError when there is none, TangledPageError when there are more lines
    than any article has.
    """
    lines = lines_of(text)
    if len(lines) > MAX_LINES:
        raise errors.TangledPageError(name=name, what=f"more than {MAX_LINES:,} lines")
    found = sort_out(lines)
    start = first_paragraph(found.article)
    if start is None:
        what = "only page furniture" if found.furniture else "only headings"
        raise errors.NoArticleError(name=name, found=what)
    head = read_head(found.article[:start])
    body = [line for line in found.article[start:] if line.text != head.headline]
    passages, below = passages_of(body)
    return Page(
        headline=head.headline,
        passages=[*(Passage(line) for line in head.standfirst), *passages],
        photo=found.photos[0] if found.photos else None,
        stamp=found.stamp,
        byline=found.byline,
        dates=found.dates,
        site_name=head.site_name,
        furniture=[*found.furniture, *head.labels, *below],
        warnings=[*doubts_of(head), *further_photos(found.photos)],
    )
