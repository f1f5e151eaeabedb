"""What must not stand in any file: other people's words, this machine's paths, and how
the work was done instead of what it is.

Each pattern has one letter in brackets, so that it does not find itself.
"""

from __future__ import annotations

import re

import pytest

from tests.truth.tree import ROOT, files, named, words_of

# The product asks nobody whom the newsroom did not configure; where packages come from
# is the business of whoever installs it.
REGISTRIES = (
    r"\b[p]ypi\b",
    r"[p]ythonhosted\.",
    r"registry\.[n]pmjs|\b[n]pmjs\.",
    r"\b[c]rates\.io",
    r"[r]ubygems\.",
    r"proxy\.[g]olang",
    r"\b[a]rtifactory\b|\b[n]exus/repository",
    r"--(?:extra-)?[i]ndex-url[ =]h",
)

# An absolute path is right on one machine alone.
PATHS = (
    r"(?<![\w.])/[w]ork/",
    r"(?<![\w.])/[t]mp/[a-z]",
    r"(?<![\w.])/[r]oot/",
    r"(?<![\w.])/[h]ome/\w",
    r"(?<![\w.])/[U]sers/\w",
)

# A reader of the project is told what it is, not by whom or in how many sittings.
MAKING = (
    r"\b(?i:[a]ssistants?)\b",
    r"\b(?i:[c]hatbots?)\b",
    r"\b(?i:[c]hat ?gpt|[g]pt-\d|[c]laude|[a]nthropic|[o]penai|[c]opilot|[g]emini)\b",
    r"\b[L]LMs?\b",
    r"\b[A]I\b",
    r"\b(?i:language [m]odels?)\b",
    r"\b(?i:(?:coding|ai|sub)[ -]?[a]gents?)\b",
    r"\b(?i:(?:this|last|next|previous|earlier|another) [s]ession)\b",
    r"\b(?i:co-authored-[b]y|generated (?:with|[b]y an))\b",
    r"(?i:\b[i]ssues? #?\d)",
    r"(?i:system [p]rompt)",
)

SHARED = 8  # words in a row that two texts do not share by chance
SAMPLES = ROOT.parent / "shared" / "samples"


@pytest.mark.parametrize(
    "patterns", [REGISTRIES, PATHS, MAKING], ids=["registries", "paths", "making"]
)
def test_no_file_holds_what_must_not_be_said(patterns):
    """No host of a package registry, no path of one machine, no word on the making."""
    together = re.compile("|".join(patterns))
    found = [
        f"{named(file)}:{number}: {hit[0]}"
        for file in files()
        if together.search(words_of(file))
        for number, line in enumerate(words_of(file).splitlines(), 1)
        if (hit := together.search(line))
    ]
    assert found == []


def test_file_names_say_nothing_of_the_making_either():
    """No file is named after a tool, a sitting or a leftover."""
    odd = re.compile(
        r"(?i)[c]laude|[a]gents?\.md|[c]opilot|\.orig$|\.rej$|\.bak$|~$|notes?\.md"
    )
    assert [named(file) for file in files() if odd.search(named(file))] == []


def test_nothing_is_left_to_be_done_later():
    """No note to ourselves stands in the code: it is done, or it is not there."""
    later = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK)\b")
    assert [named(file) for file in files() if later.search(words_of(file))] == []


def test_no_sentence_is_taken_from_the_pages_we_try_the_importer_on():
    """Pages of others, which may lie beside the project, lend it no eight words."""
    theirs = {run for page in SAMPLES.glob("*.txt") for run in _runs(words_of(page))}
    taken = {
        f"{named(file)}: {' '.join(run)}"
        for file in files()
        if theirs
        for run in _runs(words_of(file))
        if run in theirs
    }
    assert taken == set()


def test_a_sentence_that_was_taken_would_be_found():
    """Neither line breaks nor punctuation nor case hide eight words in a row."""
    one = "The ferry, said the harbour master, leaves at\nnoon."
    other = 'He said: "THE FERRY said the harbour master leaves at noon"!'
    assert set(_runs(one)) & set(_runs(other))


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return list(zip(*(words[n:] for n in range(SHARED)), strict=False))
