"""Sign-in links from the command line."""

from __future__ import annotations

import pytest

from stoppress.cli.exits import Exit
from stoppress.staff.models import Role, User
from tests.builders import an_editor
from tests.cli.test_posting import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the newsroom's."""
    monkeypatch.setattr("stoppress.cli.newsroom.must_exist", lambda: None)


def test_another_role_for_somebody_who_is_here_is_refused(capsys):
    """The role stays, and no link is printed: who asked for a chief would hand a
    reporter's link on. With the role that they have, or none, there is one."""
    an_editor("ada", Role.REPORTER)
    assert run("sign-in", "ada", "--new", "chief") == Exit.REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert "ada works here already, as reporter" in said.err
    assert User.objects.get(username="ada").role == Role.REPORTER
    for more in ([], ["--new", "reporter"]):
        assert run("sign-in", "ada", *more) == Exit.DONE
        assert "/desk/sign-in/" in capsys.readouterr().out
