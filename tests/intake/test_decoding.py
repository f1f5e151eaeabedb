"""Bytes become letters, or a clear error: never mojibake."""

from __future__ import annotations

import codecs

import pytest

from stoppress.intake import errors
from stoppress.intake.decoding import decode
from tests.intake.pages import LANGUAGES

RUSSIAN, SHORT = LANGUAGES["RUSSIAN"], LANGUAGES["SHORT"]
ENGLISH, JAPANESE = LANGUAGES["ENGLISH"], LANGUAGES["JAPANESE"]
PLAIN_RUSSIAN = LANGUAGES["PLAIN_RUSSIAN"]

WEB_ARCHIVE = (
    b"From: <Saved by Blink>\r\nSubject: Pier\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\tboundary="x"\r\n\r\n--x'
)


@pytest.mark.parametrize("text", LANGUAGES.values(), ids=LANGUAGES)
def test_utf8_is_read_as_it_is(text):
    """UTF-8 needs no declaration and comes with nothing to note."""
    decoded = decode(text.encode(), "page.txt")
    assert (decoded.text, decoded.notes) == (text, ())


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_is_believed_and_dropped(mark, encoding):
    """A mark says the encoding and is no part of the text."""
    decoded = decode(mark + RUSSIAN.encode(encoding), "page.txt")
    assert decoded.text == RUSSIAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(encoding):
    """The zero bytes of plain letters tell UTF-16 even where the mark is missing."""
    assert decode((ENGLISH + RUSSIAN).encode(encoding), "x").text == ENGLISH + RUSSIAN


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ("<meta charset=koi8-r>", "koi8-r"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
            "cp1251",
        ),
        ('<?xml version="1.0" encoding="windows-1251"?>', "cp1251"),
        ("<META NAME=x CONTENT=y CHARSET='iso-8859-5'>", "iso8859-5"),
    ],
)
def test_a_declared_charset_is_believed(declaration, encoding):
    """What a page declares in its head decides how its bytes are read."""
    text = f"<html><head>{declaration}</head><p>{PLAIN_RUSSIAN}"
    assert decode(text.encode(encoding), "page.html").text == text


def test_latin_1_means_what_browsers_read():
    """A page that declares ISO-8859-1 has windows-1252's quotation marks."""
    text = f"<meta charset=iso-8859-1><p>{ENGLISH}"
    assert decode(text.encode("cp1252"), "page.html").text == text


def test_valid_utf8_wins_over_a_wrong_declaration():
    """A page saved anew as UTF-8 still declares its old charset; its bytes decide."""
    text = f'<meta charset="windows-1251"><p>{RUSSIAN}'
    assert decode(text.encode(), "page.html").text == text


def test_a_seven_bit_charset_is_believed_though_its_bytes_are_ascii():
    """ISO-2022-JP writes Japanese in ASCII bytes, which are UTF-8 too."""
    text = f"<meta charset=iso-2022-jp><p>{JAPANESE}"
    assert decode(text.encode("iso-2022-jp"), "page.html").text == text


def test_a_wrong_declaration_is_an_error_that_names_the_byte():
    """A page that is not what it declares is refused, and the message says where."""
    data = b'<meta charset="utf-8"><p>' + RUSSIAN.encode("cp1251")
    with pytest.raises(errors.WrongEncodingError, match=r"UTF-8, but byte 25 \(0xD1\)"):
        decode(data, "page.html")


@pytest.mark.parametrize(
    "label", ["rot13", "zlib", "unicode_escape", "idna", "undefined", "no-such"]
)
def test_a_declared_codec_that_is_no_charset_is_not_used(label):
    """Python has codecs that are no encodings of text; a page cannot call them up."""
    data = f"<meta charset={label}><p>{RUSSIAN}".encode("cp1251")
    assert RUSSIAN in decode(data, "page.html").text


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("RUSSIAN", "cp1251"),
        ("PLAIN_RUSSIAN", "koi8-r"),
        ("PLAIN_RUSSIAN", "cp866"),
        ("PLAIN_RUSSIAN", "iso8859-5"),
        ("SHORT", "cp1251"),
        ("SHORT", "koi8-r"),
        ("BELARUSIAN", "cp1251"),
        ("UKRAINIAN", "cp1251"),
        ("UKRAINIAN", "koi8-u"),
        ("FRENCH", "cp1252"),
        ("GERMAN", "cp1252"),
        ("DANISH", "cp1252"),
        ("SPANISH", "cp1252"),
        ("ENGLISH", "cp1252"),
        ("POLISH", "cp1250"),
        ("POLISH", "iso8859-2"),
        ("CZECH", "cp1250"),
        ("CZECH", "iso8859-2"),
        ("CROATIAN", "cp1250"),
        ("HUNGARIAN", "cp1250"),
        ("GREEK", "cp1253"),
        ("JAPANESE", "shift_jis"),
        ("JAPANESE", "euc_jp"),
        ("CHINESE", "gb18030"),
    ],
)
def test_an_undeclared_encoding_is_told_by_its_letters(language, encoding):
    """The right reading is found among all that are possible, and said to be a guess."""
    text = LANGUAGES[language]
    decoded = decode(text.encode(encoding), "page.txt")
    assert decoded.text == text
    assert "does not say how its letters are encoded" in decoded.notes[0]


def test_markup_does_not_drown_the_letters():
    """A page that is nearly all tags is told by the few letters between them."""
    text = "<div class='x y z'><a href='/long/address'>" * 300 + f"<p>{RUSSIAN}</p>"
    assert decode(text.encode("cp1251"), "page.html").text == text


def test_letters_that_can_be_read_in_two_ways_are_not_guessed():
    """Where two readings are equally good the page is refused, with what to do."""
    with pytest.raises(
        errors.UnknownEncodingError, match=r"more than one way.*iconv -f"
    ):
        decode("C'è un traghetto: è là".replace("là", "è").encode("cp1252"), "page.txt")


def test_bytes_that_are_no_words_are_refused():
    """Bytes without a meaning in any encoding are refused."""
    with pytest.raises(errors.UnknownEncodingError):
        decode(b"abc " + bytes(range(0x80, 0x100)) * 4, "page.txt")


def test_mixed_encodings_are_refused():
    """Two encodings in one file are damage, and the message says so."""
    data = RUSSIAN.encode() + LANGUAGES["YO"].encode("cp1251")
    with pytest.raises(errors.DamagedTextError, match="in UTF-8, but byte"):
        decode(data, "page.txt")


def test_a_text_cut_off_within_a_letter_is_read_to_there():
    """A file that ends in the middle of a letter is read, and said to be cut off."""
    decoded = decode(RUSSIAN.encode()[:-2], "page.txt")
    assert decoded.text == RUSSIAN[:-2]
    assert decoded.notes == ("The page is cut off in the middle of a letter.",)


@pytest.mark.parametrize("misread_as", ["cp1251", "latin-1"])
def test_text_that_was_garbled_before_is_refused(misread_as):
    """UTF-8 that was once read as something else is valid UTF-8, and no text."""
    garbled = PLAIN_RUSSIAN.encode().decode(misread_as, "ignore").encode()
    with pytest.raises(errors.GarbledTextError, match="already garbled"):
        decode(garbled, "page.txt")


def test_lost_letters_here_and_there_are_noted():
    """A page with a few lost letters is read, and the editor is told."""
    decoded = decode((ENGLISH * 20 + "Se\ufffdor Dahl agreed.").encode(), "page.txt")
    assert decoded.notes == ("The page has 1 letters that were lost before (\ufffd).",)


def test_many_lost_letters_are_refused():
    """A page of lost letters is not worth importing."""
    with pytest.raises(errors.GarbledTextError):
        decode("P\ufffder \ufffdr st\ufffdngt.".encode(), "page.txt")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"{\\rtf1\\ansi The pier", "an RTF document"),
        (b"\0\0\0\x20ftypisom", "a film"),
        (b"bplist00\xd1", "a Safari web archive"),
        (b"text with a \0 zero byte", "binary data"),
        (bytes(range(1, 32)) * 40, "binary data"),
        (codecs.BOM_UTF8 + b"a\0b", "binary data"),
        (WEB_ARCHIVE, "a web archive"),
    ],
)
def test_what_is_no_page_is_named(data, what):
    """A file of another kind is refused by what it is."""
    with pytest.raises(errors.NotAPageError, match=what):
        decode(data, "file")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n\t\n",
        codecs.BOM_UTF8,
        codecs.BOM_UTF8 + b"\n",
        b"\0\0",
        "\u200b\xa0".encode(),
    ],
)
def test_a_page_without_letters_is_empty(data):
    """No bytes, only spaces, only a mark: the page is empty."""
    with pytest.raises(errors.EmptyPageError, match="is empty"):
        decode(data, "page.txt")
