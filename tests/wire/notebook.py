"""A table of the tests' own, in which a tail writes down what it handled.

Nothing stops a number from being written twice, so that a test can see it.
"""

from __future__ import annotations

from django.db import connection

MAKE = "CREATE TABLE notebook (tail varchar(40), seq bigint, remark varchar(40))"
DROP = "DROP TABLE notebook"


def make() -> None:
    """Makes the table; it stays until the test database goes."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE)


def empty() -> None:
    """Forgets what earlier tests wrote."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM notebook")


def note(tail: str, seq: int, remark: str = "") -> None:
    """Writes one line, in the transaction that is open."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO notebook VALUES (%s, %s, %s)", [tail, seq, remark])


def noted(tail: str) -> list[int]:
    """The numbers that the tail wrote down, in the wire's order, each as often as it
    was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM notebook WHERE tail = %s ORDER BY seq", [tail])
        return [seq for (seq,) in cursor.fetchall()]


def remarks(tail: str) -> set[str]:
    """Who wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT remark FROM notebook WHERE tail = %s", [tail])
        return {remark for (remark,) in cursor.fetchall()}
