"""An editor at the desk: a browser's cookies and forms, without the browser."""

from __future__ import annotations

import http.client
import secrets
import urllib.parse
from http.cookies import SimpleCookie

from tests.support.newsroom import Newsroom

PATIENCE = 30.0  # seconds that the browser waits for an answer


class Unanswered(Exception):
    """The form may have arrived or not: a browser offers to send it again."""


class Away(Unanswered):
    """Nobody is there: the form has not arrived."""


class Editor:
    """Someone signed in, who posts by the desk's own form."""

    def __init__(self, newsroom: Newsroom, cookies: dict[str, str]) -> None:
        self._newsroom = newsroom
        self.cookies = dict(cookies)

    def sign_in(self, path: str) -> None:
        """Open the link and press its button."""
        self._ask("GET", path)
        status, where = self.send(path, {})
        assert status == 303, f"signing in: {status} {where}"

    def update(self, text: str, *, push: bool) -> dict[str, str]:
        """An update as the form holds it, with the form's own number."""
        ticked = {"push": "on"} if push else {}
        form = secrets.token_hex(8)
        return {"form": form, "kind": "update", "text": text, "headline": "", **ticked}

    def publish(self, story: str, form: dict[str, str]) -> int:
        """Send the form; give back the post's number.

        Raises Unanswered when no answer or a server's failure came back.
        """
        status, where = self.send(f"/desk/stories/{story}/posts", form)
        if status >= 500:
            raise Unanswered(f"status {status}")
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(where).query)
        assert status == 303, f"the desk refused: {status}"
        return int(asked["post"][0])

    def send(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Send any form of the desk; give back the status and where it leads."""
        sealed = {**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self._ask("POST", path, urllib.parse.urlencode(sealed))

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        port = self._newsroom.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {
            "Host": f"localhost:{port}",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
        except ConnectionRefusedError as error:
            raise Away from error
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(repr(error)) from error
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
        return answer.status, answer.headers.get("Location", "")
