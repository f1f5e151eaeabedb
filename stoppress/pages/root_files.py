"""Files that must lie at the root of the site, and the photos.

A service worker rules only over addresses beside and below its own (Service Workers,
section on scope match), so `/static/sw.js` could not open a post.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from stoppress.posts import photos, queries

if TYPE_CHECKING:
    from django.http import HttpRequest

# How long a cache may show a photo without asking. Its name is the digest of its bytes,
# so it never changes; but it may be withdrawn, and then must be gone this soon.
PHOTO_STAYS = 300  # seconds

# Around the worker: whether it is the guest of another, whose names it must not touch.
OWN = b"((beside) => {\n", b"})(false);\n"
GUEST = (
    b"((beside) => {\nconst theirs = [self.asking, self.following, self.acting];\n",
    b"[self.asking, self.following, self.acting] = theirs;\n})(true);\n",
)

PAPER = "#fdfbf6"


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker; asked for anew each time, so that a mended one arrives."""
    return _script("sw.js", OWN)


@require_safe
def guest(_request: HttpRequest) -> HttpResponse:
    """The same for a site's own worker, which imports it."""
    return _script("sw.js", GUEST)


@require_safe
def embed(_request: HttpRequest) -> HttpResponse:
    """What other sites name in their pages, at an address that stays. It is asked for
    anew each time, too: it names the modules of this release, and of no other."""
    response = _script("embed.js")
    # HTML standard, "fetch a single module script": modules need it from other sites.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def icon(_request: HttpRequest) -> HttpResponse:
    """The sign in a browser's tab."""
    response = HttpResponse(_file("icons/favicon.ico"), content_type="image/x-icon")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """Web application manifest: what a Home Screen needs to know. iOS lets a site
    notify only from there, and only with `display: standalone`."""
    about = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[:12].strip(),
        "lang": settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {
                "src": static(f"icons/{name}"),
                "sizes": size,
                "type": kind,
                "purpose": purpose,
            }
            for name, size, kind, purpose in (
                ("mark.svg", "any", "image/svg+xml", "any"),
                ("icon-192.png", "192x192", "image/png", "any"),
                ("icon-512.png", "512x512", "image/png", "any"),
                ("maskable-512.png", "512x512", "image/png", "maskable"),
            )
        ],
    }
    text = json.dumps(about, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@require_safe
def photo(_request: HttpRequest, file: str) -> HttpResponse:
    """A photo as it was drawn anew when it came in, while a published post shows it.
    410 when it was withdrawn with its post: who copied its address is told so."""
    standing = queries.picture(file)
    if standing == "withdrawn":
        return _withdrawn()
    found = photos.kept(file) if standing == "stands" else None
    if found is None:
        raise Http404
    response = HttpResponse(found[0], content_type=found[1])
    response.headers["Cache-Control"] = f"public, max-age={PHOTO_STAYS}"
    # Fetch standard: sites that embed a story show it, those with an embedder policy too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _withdrawn() -> HttpResponse:
    text = "This picture was withdrawn with the post that it stood in.\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=410)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _script(name: str, around: tuple[bytes, bytes] = (b"", b"")) -> HttpResponse:
    script = _file(name).replace(b'"/static/', f'"{settings.STATIC_URL}'.encode())
    script = around[0] + script + around[1]
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _file(name: str) -> bytes:
    data: bytes = (settings.PACKAGE / "static" / name).read_bytes()
    return data
