"""What a newsroom already has comes in: saved pages, as plain text or HTML.

`reading` fetches the bytes and turns them into text, `page_text` and `page_html` find
the article in it, `importing` makes a post of what was found.
"""

from __future__ import annotations
