"""The fields of a query or a form (application/x-www-form-urlencoded), read strictly."""

from __future__ import annotations

from urllib.parse import parse_qsl


def form_fields(octets: bytes, *, at_most: int) -> list[tuple[str, str]]:
    """Names and values in order, blank ones too.

    Raises UnicodeError for what is not percent-encoded UTF-8, ValueError for more than
    `at_most` fields.
    """
    return parse_qsl(
        octets.decode("ascii"),
        keep_blank_values=True,
        errors="strict",
        max_num_fields=at_most,
    )
