"""Django's settings, worked out from STOPPRESS_* and the newsroom's data folder.

`SETTINGS` is the whole list of what an operator can set; docs/settings.md shows the
same list, and a test holds the two together.
"""

from __future__ import annotations

import ipaddress
import os
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

from stoppress.lib import digests, shapes
from stoppress.lib.databases import configured
from stoppress.lib.datafolder import DataFolder
from stoppress.lib.env import Environment, Setting

SETTINGS = (
    Setting(
        "DATA", "data", "The folder that holds the newsroom: database, keys, photos."
    ),
    Setting("DATABASE", "", "Database address; SQLite in the data folder when empty."),
    Setting(
        "URL", "", "The public address readers use, such as https://live.example.org."
    ),
    Setting("HOSTS", "", "Further host names the site answers to, with commas."),
    Setting(
        "PROXIES", "", "Proxies in front that are not in a private network, by address."
    ),
    Setting("NAME", "Stop Press", "The newsroom's name, over every page."),
    Setting("LANGUAGE", "en", "The language of the newsroom's pages and alerts."),
    Setting("TIME_ZONE", "UTC", "The newsroom's time zone, such as Europe/Minsk."),
    Setting("METRICS_TOKEN", "", "Who shows it may read /metrics from elsewhere."),
    Setting(
        "HUB_ORIGINS", "", "Other sites whose pages may use the live hub's cookie."
    ),
    Setting("HUB_PUBLISHER_KEY", "", "A file: the key of others' tokens that publish."),
    Setting("HUB_SUBSCRIBER_KEY", "", "A file: the key of others' tokens that read."),
    Setting("CONTACT", "", "Address for push services: mailto:… or https://…"),
    Setting(
        "PUSH_SERVICES",
        "updates.push.services.mozilla.com,fcm.googleapis.com,jmt17.google.com,"
        "*.push.apple.com,*.notify.windows.com",
        "Push services that followers' browsers may use; *. stands for any host below.",
    ),
    Setting("WORKER", "/sw.js", "The service worker that readers' pages register."),
    Setting("WORKER_SCOPE", "/", "The part of the site that it is registered for."),
    Setting(
        "PUSH_SILENT_DAYS",
        "365",
        "Days after which followers who were not seen are let go; 0: never.",
    ),
    Setting(
        "CANARY", "", "Where the sender reaches the web server; no: without a canary."
    ),
    Setting("ALARM_WEBHOOK", "", "An https address told when the canary is silent."),
    Setting(
        "PUSH_LOOPBACK", "no", "For tests: push services on this machine are allowed."
    ),
    Setting("PUSH_CONNECT_TO", "", "For tests: host:port=address:port, with commas."),
    Setting("PUSH_CA", "", "For tests: a file of certificate authorities for push."),
)

ENV = Environment(os.environ, SETTINGS)
FOLDER = DataFolder(Path(ENV.text("DATA")).expanduser().resolve())

# --- who we are -------------------------------------------------------------------
SITE_NAME = ENV.text("NAME")
_site = ENV.shaped("URL", shapes.SITE, "takes http://host or https://host, no path")
SITE_URL = (_site or FOLDER.served_at() or "http://localhost:8000").rstrip("/")
SECURE = SITE_URL.startswith("https://")

LANGUAGE_CODE = ENV.shaped("LANGUAGE", shapes.LANGUAGE, "takes a tag such as en-GB")
TIME_ZONE = ENV.text("TIME_ZONE")
if TIME_ZONE not in zoneinfo.available_timezones():
    raise ENV.wrong("TIME_ZONE", "takes a zone name such as Europe/London")
USE_TZ = True
USE_I18N = False

# --- keys and hosts ---------------------------------------------------------------
SECRET_KEY = FOLDER.secret_key()
_host = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = [
    f"[{_host}]" if ":" in _host else _host,
    *("localhost", "127.0.0.1", "[::1]"),
    *ENV.listed("HOSTS", shapes.HOST, "takes host names, with commas"),
]
try:
    PROXIES = tuple(ipaddress.ip_network(one) for one in ENV.listed("PROXIES"))
except ValueError as error:
    raise ENV.wrong("PROXIES", "takes addresses or networks, with commas") from error
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "stoppress.desk.doors.stale_form"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/desk"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# --- the rooms --------------------------------------------------------------------
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "stoppress.staff",
    "stoppress.wire",
    "stoppress.posts",
    "stoppress.live",
    "stoppress.push",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "stoppress.pages.headers.ContentSecurityPolicy",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "stoppress.api.problems.Problems",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "stoppress.urls"
ASGI_APPLICATION = "stoppress.asgi.application"
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "/desk/sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

# Resolved: an operator may switch a link to the next version while this one still runs.
PACKAGE = Path(__file__).resolve().parent
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "context_processors": ["stoppress.pages.context.newsroom"],
        },
    },
]
# The address changes with the files: a browser keeps them for good, and never mixes
# the scripts of two releases.
STATIC_URL = f"/static/{digests.of_folder(PACKAGE / 'static')}/"
STATICFILES_DIRS = [PACKAGE / "static"]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_MAX_AGE = 365 * 24 * 3600  # seconds
PHOTOS = FOLDER.photos

# Each room says what it counts; none knows the other's.
METRICS = ("stoppress.live.metrics.Newsroom", "stoppress.push.metrics.Push")
METRICS_TOKEN = ENV.shaped(
    "METRICS_TOKEN", shapes.TOKEN, "takes 16 or more of A-Z a-z 0-9 - _"
)

# --- the database -----------------------------------------------------------------
try:
    _database = configured(ENV.text("DATABASE") or FOLDER.sqlite_url())
except ValueError as error:
    raise ENV.wrong("DATABASE", str(error)) from error
DATABASES = {"default": _database}

# --- live -------------------------------------------------------------------------
HUB_ORIGINS = [
    origin.rstrip("/")
    for origin in ENV.listed(
        "HUB_ORIGINS", shapes.SITE, "takes addresses such as https://www.example.org"
    )
]
HUB_PUBLISHER_KEY = ENV.file("HUB_PUBLISHER_KEY")
HUB_SUBSCRIBER_KEY = ENV.file("HUB_SUBSCRIBER_KEY")

# --- push -------------------------------------------------------------------------
PUSH_SERVICES = ENV.listed(
    "PUSH_SERVICES", shapes.SERVICE, "takes host names such as *.push.example.org"
)
WORKER = ENV.shaped("WORKER", shapes.PATH, "takes a path on this site")
WORKER_SCOPE = ENV.shaped("WORKER_SCOPE", shapes.PATH, "takes a path on this site")
if not WORKER_SCOPE.startswith(WORKER.rpartition("/")[0] + "/"):
    raise ENV.wrong("WORKER_SCOPE", "takes a path beside or below the worker's own")
PUSH_SILENT_DAYS = int(
    ENV.shaped("PUSH_SILENT_DAYS", shapes.DAYS, "takes 0, or 30 to 9999 days")
)
PUSH_LOOPBACK = ENV.yes("PUSH_LOOPBACK")
PUSH_CONNECT_TO = ENV.listed(
    "PUSH_CONNECT_TO", shapes.CONNECT_TO, "takes host:port=address:port"
)
PUSH_CA = ENV.file("PUSH_CA")
if (PUSH_CONNECT_TO or PUSH_CA) and not PUSH_LOOPBACK:
    raise ENV.wrong("PUSH_LOOPBACK", "must be yes where other settings for tests are")
PUSH_CONTACT = ENV.shaped(
    "CONTACT", shapes.CONTACT, "takes mailto:name@host or https://host"
) or (SITE_URL if SECURE else "mailto:editor@localhost")
CANARY = ENV.shaped(
    "CANARY", shapes.CANARY, "takes an address such as http://127.0.0.1:8000, or no"
).rstrip("/")
ALARM_WEBHOOK = ENV.shaped(
    "ALARM_WEBHOOK", shapes.WEBHOOK, "takes an https address, without spaces"
)

# --- the log ----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # A stranger's probing of addresses is not the operator's business at night.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "trafilatura": {"level": "ERROR"},
    },
}
