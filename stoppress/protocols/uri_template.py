"""URI Templates (RFC 6570), read backwards: whether a text matches a template.

The RFC tells how a template becomes an address and leaves the way back open (section 1.4).
Here a text matches when the template could have been expanded to it, whatever values its
variables were given; a variable that is not defined leaves nothing behind (section 3.2.1).

Templates come from strangers and are held against every update. A regular expression with
several variables in it can be made to try every way of sharing a text out among them, so
none is used. A template is a row of states, the places reached in it are the bits of one
number, and each letter of the text moves all of them at once: the time is the text's
length times the number of variables, whatever the template says.

Left out, and refused by name: the prefix modifier (`{name:3}`, section 2.4.1), which would
have to count the letters of a value before they were encoded. Letters outside a variable
are compared as they are written; inside one, only what an expansion writes can stand.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stoppress.protocols.errors import ProtocolError

# Stops one template from making every update expensive: variables in it.
VARIABLES_AT_MOST = 8

# Templates whose states are kept: as many as the hub lets be in use, and tokens' own.
_KEPT = 2_048

# RFC 3986 section 2; `%` stands for the triplets of what is encoded.
_UNRESERVED = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"
)
_RESERVED = frozenset(":/?#[]@!$&'()*+,;=")

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_LITERALS = re.compile(r"(?:[^\x00-\x20\"%<>\\^`{|}]|%[0-9A-Fa-f]{2})*")
_VARCHAR = r"(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})"
_VARIABLE = re.compile(rf"({_VARCHAR}(?:\.?{_VARCHAR})*)(\*|:[1-9]\d{{0,3}})?")


class TemplateError(ProtocolError):
    """A text cannot be used as a URI template."""


class BadTemplateError(TemplateError):
    """The text is not a URI template (RFC 6570 section 2)."""


class UnservedTemplateError(TemplateError):
    """A template has a prefix modifier, or more variables than VARIABLES_AT_MOST."""


@lru_cache(_KEPT)
def template(text: str) -> Template:
    """The template that `text` is. Raises a TemplateError."""
    return Template(text)


class Template:
    """A URI template that texts can be held against."""

    def __init__(self, text: str) -> None:
        self.prefix = text.partition("{")[0]
        self._moves: dict[str, int] = {}  # by letter: the states that it moves on from
        self._stays: dict[str, int] = {}  # by letter: the states that it stays in
        self._skips: list[tuple[int, int]] = []  # from one state to a later one
        self._size = 0
        self._variables = 0
        at = 0
        for found in _EXPRESSION.finditer(text):
            self._literal(text[at : found.start()])
            self._expression(found[1])
            at = found.end()
        self._literal(text[at:])
        # In this order one pass follows every skip, for all of them lead forward.
        self._reach = [(1 << start, 1 << end) for start, end in sorted(self._skips)]

    def matches(self, text: str) -> bool:
        """True when the template could have been expanded to `text`."""
        if not text.startswith(self.prefix):
            return False
        reached = self._reached(1)
        for letter in text:
            moved = (reached & self._moves.get(letter, 0)) << 1
            reached = self._reached(moved | reached & self._stays.get(letter, 0))
            if not reached:
                return False
        return bool(reached >> self._size & 1)

    def _reached(self, states: int) -> int:
        for start, end in self._reach:
            if states & start:
                states |= end
        return states

    # --- the row of states --------------------------------------------------------------

    def _once(self, text: str) -> None:
        for letter in text:
            self._moves[letter] = self._moves.get(letter, 0) | 1 << self._size
            self._size += 1

    def _any_of(self, letters: frozenset[str]) -> None:
        for letter in letters:
            self._stays[letter] = self._stays.get(letter, 0) | 1 << self._size
        self._skip(self._size, self._size + 1)
        self._size += 1

    def _skip(self, start: int, end: int) -> None:
        self._skips.append((start, end))

    def _literal(self, text: str) -> None:
        if not _LITERALS.fullmatch(text):
            raise BadTemplateError(f"{text[:80]!r} cannot stand in a URI template")
        self._once(text)

    def _expression(self, inside: str) -> None:
        operator = inside[:1] if inside[:1] in "+#./;?&" else ""
        variables = [_variable(one) for one in inside[len(operator) :].split(",")]
        self._variables += len(variables)
        if self._variables > VARIABLES_AT_MOST:
            raise UnservedTemplateError(f"more than {VARIABLES_AT_MOST} variables")
        if operator in {"", "+", "#"}:
            self._values(operator, exploded=any(many for _, many in variables))
        elif operator == "?":
            self._query(variables)
        else:
            for name, many in variables:
                self._optional(operator, operator, name, many=many)

    def _values(self, operator: str, *, exploded: bool) -> None:
        """Sections 3.2.2 to 3.2.4: values with commas between them."""
        letters = _UNRESERVED | (_RESERVED if operator else {","})
        start = self._size
        self._once(operator.removeprefix("+"))
        self._any_of(letters | {"="} if exploded else letters)
        self._skip(start, self._size)

    def _query(self, variables: list[tuple[str, bool]]) -> None:
        """Section 3.2.8: whichever variable comes first has the question mark."""
        begin, ends = self._size, []
        for first, (name, many) in enumerate(variables):
            self._size += 1  # nothing leads here from the one before
            self._skip(begin, self._size)
            self._named("?", "&", name, many=many)
            for later, several in variables[first + 1 :]:
                self._optional("&", "&", later, many=several)
            ends.append(self._size)
        self._size += 1
        for end in (begin, *ends):
            self._skip(end, self._size)

    def _optional(
        self, operator: str, separator: str, name: str, *, many: bool
    ) -> None:
        start = self._size
        self._named(operator, separator, name, many=many)
        self._skip(start, self._size)

    def _named(self, operator: str, separator: str, name: str, *, many: bool) -> None:
        """Sections 3.2.5 to 3.2.9: one variable behind its operator."""
        self._once(operator)
        values = _UNRESERVED | {","}
        if many:  # a list's values, or a map's names and values
            self._any_of(values | {separator, "="})
        elif operator in {".", "/"}:
            self._any_of(values)
        else:
            self._once(name)
            start = self._size
            self._once("=")
            self._any_of(values)
            if operator == ";":  # section 3.2.7: no `=` behind an empty value
                self._skip(start, self._size)


def _variable(text: str) -> tuple[str, bool]:
    found = _VARIABLE.fullmatch(text)
    if not found:
        raise BadTemplateError(f"{text[:80]!r} is no variable of a URI template")
    if (found[2] or "").startswith(":"):
        raise UnservedTemplateError(f"{text[:80]!r} has a prefix modifier")
    return found[1], found[2] == "*"
