"""`api-token`: the machines that may ask by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.cli import newsroom
from stoppress.cli.exits import Exit, WrongWords
from stoppress.cli.telling import note, tell, tell_json
from stoppress.lib.clock import iso, now
from stoppress.staff import machines

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from stoppress.staff.models import Machine


def api_token(given: argparse.Namespace) -> int:
    """Makes, lists or revokes tokens."""
    newsroom.must_exist()
    if (given.name is None) != (given.what == "list"):
        raise WrongWords(
            "`api-token make` and `api-token revoke` take a machine's name; `list` takes "
            "none."
        )
    if given.valid_for is not None and given.what != "make":
        raise WrongWords("--for goes with `api-token make` alone.")
    if given.what == "make":
        _make(given)
    elif given.what == "revoke":
        machines.revoke(given.name)
        note(f"Revoked the token of {given.name}: its next request is refused.")
    if given.what != "make":
        _list(as_json=given.json)
    return Exit.DONE


def _make(given: argparse.Namespace) -> None:
    until = None if given.valid_for is None else now() + given.valid_for
    token = machines.give_token(given.name, until=until)
    if given.json:
        ends = iso(until) if until else None
        tell_json({"name": given.name, "token": token, "until": ends})
        return
    ends = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "until it is revoked"
    note(f"{given.name} may read by the API, {ends}. This is shown once:")
    tell(token)


def _list(*, as_json: bool) -> None:
    found = machines.all_machines()
    if as_json:
        tell_json([_as_object(each) for each in found])
        return
    for each in found:
        tell(_line(each))


def _line(each: Machine) -> str:
    state = machines.state(each)
    if state == "valid":
        says = f"until {_day(each.until)}" if each.until else "valid"
    else:
        says = f"{state} {_day(each.revoked_at or each.until)}"
    used = f"last used {_day(each.used_at)}" if each.used_at else "never used"
    return f"{each.name}  {says}  made {_day(each.made_at)}  {used}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _as_object(each: Machine) -> dict[str, str | None]:
    moments = {
        "made_at": each.made_at,
        "used_at": each.used_at,
        "until": each.until,
        "revoked_at": each.revoked_at,
    }
    return {
        "name": each.name,
        "state": machines.state(each),
        **{name: iso(moment) if moment else None for name, moment in moments.items()},
    }
