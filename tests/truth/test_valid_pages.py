"""Every page is valid HTML, whatever happened and whatever was written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from stoppress.lib.transactions import atomic
from tests.truth import checker
from tests.truth.papers import Papers, all_papers
from tests.truth.tree import PACKAGE

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(300)]

BROKEN = "<!doctype html><title>x</title><p id=a><div id=a></p>"


@pytest.fixture(scope="module")
def papers(django_db_setup: None, django_db_blocker: Any) -> Papers:
    """All pages, drawn once; what was posted for them is taken back."""
    with django_db_blocker.unblock(), atomic(), pytest.MonkeyPatch.context() as patch:
        made = all_papers(patch)
        transaction.set_rollback(True)
    return made


def test_every_page_and_every_live_update_is_valid(papers, tmp_path):
    """The Nu Html Checker finds nothing to say about any page, drawn whole or sent live."""
    names = {f"{number:03}.html": what for number, what in enumerate(papers.pages)}
    for name, what in names.items():
        (tmp_path / name).write_text(papers.pages[what])
    (tmp_path / "broken.html").write_text(BROKEN)
    faults = checker.check(tmp_path)
    assert any(fault.file == "broken.html" for fault in faults), "nothing was checked"
    told = {
        f"{fault.said} | {fault.extract}": f"{names[fault.file]}, line {fault.line}"
        for fault in faults
        if fault.file != "broken.html"
    }
    assert told == {}


def test_every_template_was_on_a_page(papers):
    """No template is left out of what is checked."""
    folder = PACKAGE / "templates"
    drawn = {file.relative_to(folder).as_posix() for file in folder.rglob("*.html")}
    assert drawn - papers.templates == set()


def test_every_page_is_one_of_ours(papers):
    """Whatever goes wrong, what is shown has our nameplate, not the framework's page."""
    foreign = [
        what
        for what, page in papers.pages.items()
        if not what.startswith(("stream: ", "frame: "))
        and 'class="nameplate"' not in page
    ]
    assert foreign == []


def test_every_link_on_every_page_leads_somewhere(papers):
    """Nobody who clicks on a link of ours, reader, editor or reporter, is turned away."""
    walked = [what for what in papers.pages if what.startswith("editor: /desk/posts/")]
    assert walked
    assert papers.dead == []
