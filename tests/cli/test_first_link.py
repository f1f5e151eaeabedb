"""The first editor's way in: shown until it was used, whatever happened before."""

from __future__ import annotations

import re
import shlex
import socket
from pathlib import Path

import pytest

from stoppress.cli import newsroom
from stoppress.cli.telling import as_typed
from stoppress.lib.clock import now
from stoppress.settings import FOLDER
from stoppress.staff import signing_in
from stoppress.staff.models import Role, User
from tests.support.newsroom import Newsroom

LINK = re.compile(r"/desk/sign-in/[\w-]+")


@pytest.mark.django_db
def test_each_start_has_a_fresh_link_until_somebody_has_signed_in() -> None:
    """Each start has a link of its own that lets the first editor in; once anyone has
    signed in there is none."""
    links = {newsroom.prepare() for _ in range(2)}
    assert len(links) == 2
    for link in links:
        user = signing_in.whose((link or "").rpartition("/")[2])
        assert user is not None
        assert user.username == "editor"
    other = signing_in.editor_named("anna", role=Role.REPORTER)
    User.objects.filter(pk=other.pk).update(last_login=now())
    assert newsroom.prepare() is None


@pytest.mark.django_db
def test_an_editor_who_is_shut_out_is_shown_no_link() -> None:
    """A newsroom whose editors were all made inactive shows no link."""
    newsroom.make()
    User.objects.update(is_active=False)
    assert newsroom.prepare() is None


def test_a_start_on_a_taken_port_loses_no_link(tmp_path: Path) -> None:
    """After a first start that failed because the port was taken, and an import, the
    next start shows a link and the whole command for another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = Newsroom(tmp_path / "data", port=taken.getsockname()[1])
        ran = busy.command("serve", "--port", str(busy.port))
    assert ran.status == 6, ran
    assert not LINK.search(ran.out), ran
    page = "The ferry is late\n\nThe ferry that was due at noon came at four.\n"
    assert busy.command("import", "-", "--story", "ferry", text=page).status == 0
    with Newsroom(busy.data) as started:
        assert LINK.search(started.log), started.log
        assert f"stoppress sign-in --data {busy.data}\n" in started.log


def test_a_command_is_told_as_it_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A program that the shell does not find by its name is told by its path, and the
    folder is always named."""
    program = tmp_path / "bin" / "stoppress"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr("sys.argv", [str(program)])
    monkeypatch.setenv("PATH", "/nowhere")
    typed = shlex.split(as_typed("tail", "push"))
    assert typed == [str(program), "tail", "push", "--data", str(FOLDER.root)]
    monkeypatch.setenv("PATH", str(program.parent))
    assert shlex.split(as_typed("doctor"))[0] == "stoppress"
