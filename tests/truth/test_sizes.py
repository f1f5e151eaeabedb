"""The file is the concept: what grows beyond a look is two things."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.truth.tree import PACKAGE, files, named, sources, syntax, words_of

FILE_LINES = 300
FUNCTION_LINES = 40
KINDS = {".py", ".js", ".css", ".html"}

# What is not written by hand, or is data: migrations, the demo's and the importer's lists.
NOT_CODE = {"migrations", "vendor", "data"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_longer_than_a_concept():
    """Code, styles and templates, tests too, keep to 300 lines a file."""
    long = {
        named(file): lines
        for file in files()
        if file.suffix in KINDS and not NOT_CODE & set(file.parts)
        if (lines := len(words_of(file).splitlines())) > FILE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen():
    """From `def` to its end, without its docstring, a function keeps to 40 lines."""
    long = {
        f"{named(file)}:{node.lineno} {node.name}": lines
        for file in sources(PACKAGE)
        if not NOT_CODE & set(file.parts)
        for node in _functions(syntax(file))
        if (lines := _lines(node)) > FUNCTION_LINES
    }
    assert long == {}


def _functions(tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def _lines(node: Function) -> int:
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)
