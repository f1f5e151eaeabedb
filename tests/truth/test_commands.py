"""The docs show the commands that there are, and every one that there is."""

from __future__ import annotations

import re

from stoppress.cli.arguments import parser
from stoppress.cli.declaring import ABOUT
from stoppress.cli.demo_story import story as demo_story
from stoppress.cli.exits import Exit
from stoppress.desk.story_form import StoryForm
from tests.truth import commands
from tests.truth.documents import code_lines, document, documents, rows
from tests.truth.tree import ROOT, named


def test_every_command_has_its_row():
    """The commands in docs/commands.md are those of the program, no more and no less."""
    written = commands.written_in_rows(commands.commands_page())
    assert written.keys() == commands.known().keys() - {""} == ABOUT.keys()


def test_every_option_is_written_down():
    """Each option that a command takes stands in its row or in a sentence about it."""
    page = commands.commands_page()
    written = {
        (name, option)
        for name, options in commands.written_in_rows(page).items()
        for option in options
    } | commands.written_in_words(page)
    assert commands.pairs() - written == set()


def test_every_option_in_the_docs_exists():
    """No row offers an option that its command would refuse."""
    written = commands.written_in_rows(commands.commands_page())
    offered = {(name, option) for name in written for option in written[name]}
    assert offered - commands.pairs() == set()


def test_no_sentence_promises_an_option_that_none_of_its_commands_has():
    """An option said of several commands at once is an option of each of them."""
    said = commands.written_in_words(commands.commands_page())
    assert said - commands.pairs() == set()


def test_command_lines_in_the_docs_can_be_run_as_they_stand(capsys):
    """Each `stoppress …` in a code block is accepted by the program's own parser."""
    shown = list(commands.shown_whole())
    assert shown, "the docs show no command line at all"
    refused = []
    for file, words in shown:
        try:
            parser().parse_args(words)
        except SystemExit as end:
            if end.code:
                refused.append(f"{named(file)}: stoppress {' '.join(words)}")
    assert refused == [], capsys.readouterr().err


def test_commands_that_the_docs_mention_exist():
    """Each `stoppress …` in a sentence names a command and options of that command."""
    unknown = []
    for file, words in commands.mentioned():
        name = "" if words[0].startswith("-") else words[0]
        options = {word.split("=")[0] for word in words if word.startswith("--")}
        if name not in commands.known() or options - commands.known()[name]:
            unknown.append(f"{named(file)}: stoppress {' '.join(words)}")
    assert unknown == []


def test_make_targets_in_the_docs_exist():
    """Each `make …` in the docs is a target, with variables that the Makefile reads."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))
    shown = list(commands.makes())
    assert shown, "the docs show no make target at all"
    unknown = [
        f"{named(file)}: make {word}"
        for file, words in shown
        for word in words
        if word not in targets and word.split("=")[0] not in variables
    ]
    assert unknown == []


def test_make_explains_itself():
    """`make help` names targets that exist, among them those of the first minutes."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    explained = set(re.findall(r'echo "make ([a-z-]+)', makefile))
    assert {"run", "test", "check"} <= explained <= targets


def test_exit_codes_are_written_down():
    """The table of exit codes has each code once, in order, with its meaning."""
    table = rows(document("docs/commands.md"), "code")
    assert [int(code) for code, _meaning in table] == [int(code) for code in Exit]
    assert all(meaning for _code, meaning in table)


def test_the_story_to_listen_to_is_one_that_a_first_newsroom_has():
    """What docs/live.md tries by hand is the demo's story, so that there is something to
    see; the desk's example of a story's address is the same."""
    slug = demo_story.load().slug
    page = document("docs/live.md").read_text()
    assert set(re.findall(r"/stories/([a-z][a-z-]*)", page)) == {slug}
    assert f"such as {slug}." in str(StoryForm.base_fields["slug"].help_text)


def test_scripts_in_the_docs_can_be_run():
    """A script of ours in a code block is there and has its execute bit."""
    shown = {
        line.split()[0]
        for file in documents()
        for line in code_lines(file)
        if line.startswith((".ci/", "./"))
    }
    assert ".ci/run" in shown
    for script in shown:
        assert (ROOT / script).stat().st_mode & 0o100, script
