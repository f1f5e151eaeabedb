"""The command line understands what is typed, in the order in which it is typed."""

from __future__ import annotations

import pytest

from stoppress.cli.arguments import parser


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("correct 7 --reason late new.md", "file", "new.md"),
        ("correct 7 --reason late --json -", "file", "-"),
        ("correct 7 new.md --reason late", "file", "new.md"),
        ("correct --reason late 7", "file", None),
        ("tail --list push", "name", "push"),
        ("sign-in --new editor anna", "name", "anna"),
        ("story --title Bridge harbour-bridge --json", "slug", "harbour-bridge"),
        ("post --story bridge -- -odd.md", "file", "-odd.md"),
    ],
)
def test_words_come_in_any_order(words, name, value):
    """What may be left out is found before and after the options."""
    assert getattr(parser().parse_args(words.split()), name) == value


@pytest.mark.parametrize(
    "words", ["correct 7 one.md two.md --reason late", "tail --list push live"]
)
def test_one_word_too_many_is_an_error(words, capsys):
    """A word that has no place is refused by name."""
    with pytest.raises(SystemExit):
        parser().parse_args(words.split())
    assert f"unrecognized arguments: {words.split()[3]}" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["seven", "0", "-7", "7.5", "9" * 20])
def test_a_posts_number_is_a_number(word, capsys):
    """What cannot be a post's number is refused by name, before any database is asked."""
    for words in (["amend", word, "new.md"], ["pin", word]):
        with pytest.raises(SystemExit):
            parser().parse_args(words)
        assert word in capsys.readouterr().err


@pytest.mark.parametrize("pause", ["-1", "soon", "nan", "1e9"])
def test_a_pause_is_a_number_of_seconds(pause, capsys):
    """What no one can wait for is refused before anything is played."""
    with pytest.raises(SystemExit):
        parser().parse_args(["demo", "--play", f"--pause={pause}"])
    assert pause in capsys.readouterr().err
    assert parser().parse_args(["demo", "--pause", "0"]).pause == 0
