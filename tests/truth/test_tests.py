"""The tests keep their own manners: a promise each, no sleeping, no silent skips."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.truth.tree import TESTS, named, sources, syntax

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Where waiting for time is right, and why.
SLEEPS = {
    "tests/support/waiting.py": "a glance at what cannot say that it changed",
    "tests/support/flaky.py": "a line that takes its time",
    "tests/support/pushfar.py": "a push service that takes its time to answer",
    "tests/support/http2far.py": "a push service that takes its time to answer",
}

SKIPS = {
    "pytest.skip",
    "pytest.xfail",
    "pytest.mark.skip",
    "pytest.mark.skipif",
    "pytest.mark.xfail",
}


def test_every_test_is_a_promise():
    """A test's docstring says what is promised, in a sentence."""
    silent = [
        f"{named(file)}:{node.lineno} {node.name}"
        for file, node in _tests()
        if not (ast.get_docstring(node) or "").rstrip(" )”").endswith((".", "?", "!"))
    ]
    assert silent == []


def test_no_two_tests_of_a_file_share_a_name():
    """A second test of the same name would take the place of the first, unseen."""
    seen: set[tuple[Path, str]] = set()
    twice = []
    for file, node in _tests(methods=False):
        if (file, node.name) in seen:
            twice.append(f"{named(file)}:{node.lineno} {node.name}")
        seen.add((file, node.name))
    assert twice == []


def test_no_test_sleeps():
    """Tests wait on a condition; who must look again and again has a reason here."""
    asleep = {
        named(file)
        for file in sources(TESTS)
        for call in _calls(file)
        if ast.unparse(call.func) in {"time.sleep", "asyncio.sleep", "sleep"}
        # A coroutine that only gives way to the others waits for nothing.
        and ast.unparse(call) != "asyncio.sleep(0)"
    }
    assert asleep == set(SLEEPS)


def test_whoever_skips_says_why():
    """A skip or an expected failure comes with its reason."""
    without = [
        f"{named(file)}:{node.lineno}"
        for file in sources(TESTS)
        for node in _skips(syntax(file))
        if not _has_reason(node)
    ]
    assert without == []


def _tests(*, methods: bool = True) -> Iterator[tuple[Path, Function]]:
    for file in sources(TESTS):
        if file.name.startswith("test_"):
            tree = syntax(file)
            for node in ast.walk(tree) if methods else tree.body:
                if isinstance(node, Function) and node.name.startswith("test_"):
                    yield file, node


def _calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(syntax(file)):
        if isinstance(node, ast.Call):
            yield node


def _skips(tree: ast.Module) -> Iterator[ast.expr]:
    """Each pytest.skip(…), mark.skip, mark.skipif(…) and the like: the call where there
    is one, else the bare mark."""
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SKIPS:
            called.add(node.func)
            yield node
        if not isinstance(node, ast.Attribute) or node in called:
            continue
        if ast.unparse(node) in SKIPS:
            yield node


def _has_reason(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    # pytest.skip("…") takes its reason first; a mark's first word is a condition.
    first = bool(node.args) and ".mark." not in ast.unparse(node.func)
    return first or any(word.arg == "reason" for word in node.keywords)
