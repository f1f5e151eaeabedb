"""What every answer tells the browser it may do: only what comes from this site.

No inline script or style, no third party, no frame around us. Whatever a hostile text
might smuggle past the sanitiser has nowhere to run and nowhere to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.deprecation import MiddlewareMixin

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

# Content Security Policy Level 3, section 6: each directive that we use, all others
# fall back to none.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# The same for the one page that other sites may show in a frame (embedding.py).
FRAMED_POLICY = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")

# What a newsroom's page never needs from a reader's device.
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ContentSecurityPolicy(MiddlewareMixin):
    """Sets the policy on each answer that has none of its own."""

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
