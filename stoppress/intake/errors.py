"""What can be wrong with a page that is to be imported.

The docstring of each error is what the editor reads: what happened, to what, and what
to do about it. The names in braces are filled in where the error is raised.
"""

from __future__ import annotations


class IntakeError(Exception):
    """{name} could not be imported."""

    def __init__(self, **facts: object) -> None:
        sentence = " ".join((self.__doc__ or type(self).__name__).split())
        super().__init__(sentence.format(**facts))


# --- the file ---------------------------------------------------------------------


class MissingPageError(IntakeError):
    """There is no file {name}. Give the path of a saved page, or - to read it from
    standard input."""


class UnreadablePageError(IntakeError):
    """{name} cannot be read: {reason}. Nothing was imported."""


class AddressNotFileError(IntakeError):
    """{name} is an address on the web. Stop Press imports saved pages: save the page in
    the browser (as HTML only, or copy its text into a file) and give that file."""


class EmptyPageError(IntakeError):
    """{name} is empty: there is no text in it. Save the page again."""


class LargePageError(IntakeError):
    """{name} is larger than {limit}, far more than any article. Save the page as HTML
    only, or put just the article's text into a file."""


class NotAPageError(IntakeError):
    """{name} is not a page but {what}. Give the page as HTML or as plain text."""


# --- its letters ------------------------------------------------------------------


class WrongEncodingError(IntakeError):
    """{name} says that it is written in {encoding}, but byte {position} ({byte}) cannot
    be that. Save it again as UTF-8, so that no letter is guessed."""


class UnknownEncodingError(IntakeError):
    """{name} does not say how its letters are encoded, and {reason}. Save it as UTF-8,
    for instance with: iconv -f {guess} -t UTF-8, and read it over before you import."""


class DamagedTextError(IntakeError):
    """{name} is in UTF-8, but byte {position} ({byte}) is not: the file is damaged there.
    Save the page again, or mend that place in an editor."""


class GarbledTextError(IntakeError):
    """{name} was already garbled before it came here: it has {sample} where letters
    should be. Save the page again from its source."""


# --- what it holds ----------------------------------------------------------------


class TangledPageError(IntakeError):
    """{name} is built of {what}, more than any article needs. Put just the article's
    text into a file and import that."""


class NoArticleError(IntakeError):
    """There is no article in {name}: {found}. Nothing was imported."""


class NoHeadlineError(IntakeError):
    """No headline was found in {name}. Put it on the first line of the text, with an
    empty line after it."""


# --- its date ---------------------------------------------------------------------


class NotADateError(IntakeError):
    """{value!r} is not a date that can be used: {reason}. Give it as 2006-01-25, or with
    the time as 2006-01-25T10:00 or 2006-01-25T10:00+03:00."""


class AmbiguousDateError(IntakeError):
    """{value!r} can be read as two different days and is not guessed. Give it as
    year-month-day, such as 2006-01-25."""


class FutureDateError(IntakeError):
    """{value!r} has not come yet. A page can be dated at most a day ahead of now; check
    the year."""


# --- where it goes ----------------------------------------------------------------


class StoryNeededError(IntakeError):
    """Say which story the page belongs to with --story. {choices}"""


class BadStorySlugError(IntakeError):
    """{slug!r} cannot be the name of a story's address. Use small letters a to z, digits
    and hyphens, such as {example}."""


class AlreadyImportedError(IntakeError):
    """{name} has already been imported into the story {slug}: it is post {post} ({url}).
    {advice}"""
