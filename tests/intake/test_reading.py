"""A page's bytes: files, standard input, and the limits."""

from __future__ import annotations

import io

import pytest

from stoppress.intake import errors
from stoppress.intake.reading import MAX_PAGE_BYTES, read_page, text_of


class Counting(io.BytesIO):
    """Standard input that remembers how much was taken from it."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def test_a_file_is_read_whole(tmp_path):
    """A page's bytes come back as they are in the file, with its name."""
    path = tmp_path / "page.txt"
    path.write_bytes(b"The pier is closed.")
    assert read_page(path) == (str(path), b"The pier is closed.")
    assert read_page(str(path))[1] == b"The pier is closed."


def test_standard_input_is_read_for_a_hyphen():
    """The page is taken from standard input where the path is a hyphen."""
    name, data = read_page("-", io.BytesIO(b"The pier is closed."))
    assert (name, data) == ("Standard input", b"The pier is closed.")


def test_a_file_of_100_mb_is_refused_without_being_read(tmp_path, monkeypatch):
    """A file that is far too large is refused by its size alone."""
    path = tmp_path / "huge.html"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    monkeypatch.setattr("stoppress.intake.reading._read_within", pytest.fail)
    with pytest.raises(errors.LargePageError, match=r"huge\.html is larger than 10 MB"):
        read_page(path)


def test_an_endless_pipe_is_read_to_the_limit_only():
    """From a pipe no more is taken than one byte past the limit."""
    pipe = Counting(b"x" * (MAX_PAGE_BYTES * 2))
    with pytest.raises(errors.LargePageError, match="Standard input is larger"):
        read_page("-", pipe)
    assert pipe.taken == MAX_PAGE_BYTES + 1


def test_a_file_that_grows_while_it_is_read_is_refused():
    """A device says no size, so that what is read from it is counted."""
    with pytest.raises(errors.LargePageError):
        read_page("/dev/zero")


def test_bytes_that_are_too_many_are_refused():
    """The limit holds for bytes that come from elsewhere than a file."""
    with pytest.raises(errors.LargePageError):
        text_of(b"x" * (MAX_PAGE_BYTES + 1), "page")


def test_a_missing_file_is_named(tmp_path):
    """The message names the file that is not there."""
    with pytest.raises(errors.MissingPageError, match=r"no file .*nowhere\.txt"):
        read_page(tmp_path / "nowhere.txt")


def test_a_folder_is_no_page(tmp_path):
    """A folder cannot be read, and the message says what it is."""
    with pytest.raises(errors.UnreadablePageError, match="Is a directory"):
        read_page(tmp_path)


def test_a_path_that_no_file_can_have_is_explained():
    """A path with a zero byte in it is an error in words, not a crash."""
    with pytest.raises(errors.UnreadablePageError, match="null byte"):
        read_page("a\0b")


def test_an_address_is_not_fetched():
    """An address on the web is answered with what to do instead."""
    with pytest.raises(
        errors.AddressNotFileError, match="save the page in the browser"
    ):
        read_page("https://news.example/pier")
