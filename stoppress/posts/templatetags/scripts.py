"""A page's scripts with all that they import, named at once.

A browser learns what a module imports when it has read it, and so on down: a first visit
on a slow line would wait once for each step. The imports are read from the files, so no
list of them is kept by hand.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r'^(?:import|export)\b[^"\n]*"(\.{1,2}/[^"]+)";', re.MULTILINE)


@register.simple_tag
def module(name: str) -> SafeString:
    """A `<script type="module">`, and a `<link rel="modulepreload">` (HTML, "Link type
    modulepreload") for each module that it needs."""
    links = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((static(n),) for n in graph(name)),
    )
    return format_html(
        '{}\n<script type="module" src="{}"></script>', links, static(name)
    )


@cache
def graph(name: str) -> tuple[str, ...]:
    """The modules that the module `name` imports, directly or not, without itself.

    Names are below the static folder. Raises FileNotFoundError for one that is missing.
    """
    found: dict[str, None] = {name: None}
    for one in (reading := [name]):
        text = (settings.PACKAGE / "static" / one).read_text()
        for target in _IMPORT.findall(text):
            other = posixpath.normpath(posixpath.join(posixpath.dirname(one), target))
            if other not in found:
                found[other] = None
                reading.append(other)
    return tuple(found)[1:]
