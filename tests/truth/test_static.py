"""Styles, scripts and icons: each that is named is there, and each that is there is used."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from stoppress.settings import STATIC_URL
from tests.truth.documents import document, inline_code
from tests.truth.tree import PACKAGE, sources, words_of

STATIC = PACKAGE / "static"
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
STYLES = sorted(STATIC.rglob("*.css"))

# A module or worker named by a module; a static file named by a script.
IMPORTED = re.compile(r'(?:\bfrom|\bimport|\bnew URL)\s*\(?\s*"(\.{1,2}/[^"]+)"')
NAMED = re.compile(r'"/static/([^"]+)"')
TAGGED = re.compile(r'{% (?:static|module) "([^"]+)" %}')


def pages_files() -> set[Path]:
    """What templates name."""
    return {
        STATIC / name for page in TEMPLATES for name in TAGGED.findall(words_of(page))
    }


def named_in_scripts() -> set[Path]:
    """What scripts import and name."""
    found = set()
    for script in SCRIPTS:
        text = words_of(script)
        found |= {(script.parent / name).resolve() for name in IMPORTED.findall(text)}
        found |= {STATIC / name for name in NAMED.findall(text)}
    return found


def in_manifest() -> list[dict[str, str]]:
    manifest = json.loads(Client().get("/manifest.webmanifest").content)
    icons: list[dict[str, str]] = manifest["icons"]
    return icons


def test_every_file_that_is_named_is_there():
    """No page asks for a style, script or icon that does not exist, no script for another."""
    assert len(pages_files()) > 10
    assert len(named_in_scripts()) > 10
    wanted = pages_files() | named_in_scripts()
    assert {path for path in wanted if not path.is_file()} == set()


def test_every_file_that_is_there_is_named():
    """No style, script or icon is left over that nothing on the site uses."""
    icons = {STATIC / icon["src"].removeprefix(STATIC_URL) for icon in in_manifest()}
    in_code = {
        file
        for file in STATIC.rglob("*.*")
        for source in sources(PACKAGE)
        if f'"{file.relative_to(STATIC).as_posix()}"' in words_of(source)
    }
    used = pages_files() | named_in_scripts() | icons | in_code
    assert set(STATIC.rglob("*.*")) - used == set()


def told_to_sites() -> list[str]:
    """The custom properties that the docs name."""
    return [
        code
        for code in inline_code(document("docs/embedding.md"))
        if code.startswith("--")
    ]


def test_the_manifest_says_what_a_home_screen_needs():
    """The manifest is JSON, is shown like an application, and starts at the front page."""
    answer = Client().get("/manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    # iOS lets a site notify only from the Home Screen, and only with this display.
    assert manifest["display"] == "standalone"
    assert manifest["start_url"] == manifest["scope"] == "/"
    assert manifest["name"]
    assert manifest["short_name"]


@pytest.mark.django_db  # closing an answer looks after the database's connections
def test_the_icons_are_what_the_manifest_says():
    """Each icon is served, of the type and size that are promised, and one is maskable."""
    for icon in in_manifest():
        with closing(Client().get(icon["src"])) as answer:
            assert answer.status_code == 200, icon["src"]
            assert answer.headers["Content-Type"] == icon["type"]
        if icon["type"] == "image/png":
            with Image.open(STATIC / icon["src"].removeprefix(STATIC_URL)) as drawn:
                assert "{}x{}".format(*drawn.size) == icon["sizes"]
    assert {"any", "maskable"} <= {icon["purpose"] for icon in in_manifest()}


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_every_style_is_closed_and_in_a_layer(file):
    """What is opened in a style sheet is closed, and no rule stands outside the layers."""
    text = re.sub(r"/\*.*?\*/|\"[^\"\n]*\"", "", words_of(file), flags=re.DOTALL)
    depth = 0
    for line in text.splitlines():
        if depth == 0 and line.strip():
            assert line.startswith("@layer "), line
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
        assert line.count("(") == line.count(")") or "{" not in line, line
    assert depth == 0


def test_every_value_in_the_styles_has_its_meaning():
    """Each custom property that is used is defined, and each that is defined is used."""
    styles = "\n".join(words_of(file) for file in STYLES)
    scripts = "\n".join(words_of(file) for file in SCRIPTS)
    used = set(re.findall(r"var\((--[a-z-]+)", styles))
    defined = set(re.findall(r"(?<![\w(-])(--[a-z-]+)\s*:", styles))
    set_by_scripts = set(re.findall(r'setProperty\(\s*"(--[a-z-]+)"', scripts))
    # Those of an embedded story are for other sites to define, and told to them.
    theirs = {name for name in used if name.startswith("--stop-press-")}
    assert theirs == set(told_to_sites())
    assert used - defined - set_by_scripts == theirs
    assert defined - used == set()


def test_styles_and_scripts_ask_nobody_else():
    """No style or script, and no page, fetches anything from another site."""
    elsewhere = re.compile(r"""(?:url\(|import |src=|href=)["'( ]*(?:https?:)?//""")
    for file in [*STYLES, *SCRIPTS, *TEMPLATES]:
        assert not elsewhere.search(words_of(file)), file.name


def test_no_page_needs_what_the_policy_forbids():
    """No template has an inline script, style or handler: the policy would block it."""
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:"
    )
    for file in TEMPLATES:
        assert not inline.search(words_of(file)), file.name
