"""Who asks: a machine that bears a token (RFC 6750), by header and in no other way. What
stands in an address is written into logs, and what is in a cookie comes without being
asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja.security import HttpBearer

from stoppress.api.problems import Refusal
from stoppress.staff import machines

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stoppress.staff.models import Machine

NEEDED = (
    "This takes a token, in the header Authorization: Bearer TOKEN. On the newsroom's "
    "machine, stoppress api-token make NAME makes one."
)
REFUSED = (
    "This token is unknown, has ended or was revoked. On the newsroom's machine, "
    "stoppress api-token list shows which are valid."
)

# RFC 6750, section 3: whoever brought no token is told of no error.
CHALLENGE = "Bearer"
CHALLENGE_AGAIN = 'Bearer error="invalid_token"'


class Bearer(HttpBearer):
    """The machine, by its token."""

    def authenticate(self, _request: HttpRequest, token: str) -> Machine:
        """Who it is. Refusal when nobody has this token."""
        machine = machines.whose(token.strip())
        if machine is None:
            raise Refusal(401, REFUSED, {"WWW-Authenticate": CHALLENGE_AGAIN})
        return machine


def needed() -> Refusal:
    """What is said to whoever shows no token."""
    return Refusal(401, NEEDED, {"WWW-Authenticate": CHALLENGE})
