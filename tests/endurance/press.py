"""Those who post while the newsroom is being killed, and what was acknowledged to them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.endurance.books import Entry
from tests.endurance.editor import Away, Editor, Unanswered
from tests.support.newsroom import Newsroom
from tests.support.waiting import Noticeboard, until

LONGEST = 60.0  # seconds for one post, with a newsroom that comes and goes


@dataclass(frozen=True)
class Copy:
    """What is to be posted; each text is posted once in a test."""

    story: str
    text: str
    push: bool = False


@dataclass(frozen=True)
class Sent:
    """An acknowledged post."""

    copy: Copy
    post: int
    seq: int | None  # the desk does not tell
    at: float  # time.monotonic() of the acknowledgement


class Press(Noticeboard):
    """Publishers, each in a thread of its own."""

    def __init__(self, newsroom: Newsroom, editor: Editor) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.again = 0  # forms that had left when no answer came
        self._newsroom = newsroom
        self._editor = editor
        self._trouble: list[str] = []
        self._threads: list[threading.Thread] = []

    @property
    def alerts(self) -> int:
        """How many acknowledged posts asked for an alert."""
        return sum(sent.copy.push for sent in list(self.sent))

    def at(self, newsroom: Newsroom) -> Press:
        """The same editor's press at another server."""
        return Press(newsroom, Editor(newsroom, self._editor.cookies))

    def loud(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those of the entries whose posts asked for an alert."""
        posts = {sent.post for sent in self.sent if sent.copy.push}
        return [entry for entry in entries if entry.post in posts]

    def reached(self, posts: int) -> None:
        """Wait until so many posts are acknowledged."""
        self.wait(lambda: len(self.sent) >= posts, f"{posts} posts", LONGEST)

    @property
    def at_work(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def by_command(self, copies: Sequence[Copy]) -> None:
        """Post with `stoppress post` beside the server, one after the other."""
        self._set_to_work(self._command, copies)

    def by_desk(self, copies: Sequence[Copy]) -> None:
        """Post by the desk's form, each sent again until it is answered."""
        self._set_to_work(self._desk, copies)

    def finish(self, timeout: float = LONGEST) -> None:
        """Wait until all have posted everything; raises what went wrong for them."""
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        assert not self.at_work, f"still posting\n{self.describe()}"
        assert not self._trouble, "\n".join(self._trouble)

    def describe(self) -> str:
        return "\n".join([f"{len(self.sent)} acknowledged", *self._trouble])

    def _set_to_work(
        self, post: Callable[[Copy], tuple[int, int | None]], copies: Sequence[Copy]
    ) -> None:
        def work() -> None:
            try:
                for copy in copies:
                    self.sent.append(Sent(copy, *post(copy), time.monotonic()))
                    self.changed()
            except Exception as error:  # noqa: BLE001  told by `finish`
                self._trouble.append(repr(error))
            finally:
                self.changed()

        thread = threading.Thread(target=work, name="publisher", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _command(self, copy: Copy) -> tuple[int, int | None]:
        words = ["post", "--data", str(self._newsroom.data), "--story", copy.story]
        alert = ["--push"] if copy.push else []
        ran = self._newsroom.command(*words, *alert, "--json", "-", text=copy.text)
        assert ran.status == 0, f"{copy}: exit {ran.status}: {ran.err}"
        said = json.loads(ran.out)
        return said["id"], said["seq"]

    def _desk(self, copy: Copy) -> tuple[int, int | None]:
        form = self._editor.update(copy.text, push=copy.push)

        def answered() -> int:
            try:
                return self._editor.publish(copy.story, form)
            except Away:
                return 0
            except Unanswered:
                self.again += 1
                return 0

        return until(answered, f"the desk takes {copy.text!r}", LONGEST), None
