"""The API's own description: valid, whole, and true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from stoppress.api.v1 import api
from tests.api.conftest import ROOT
from tests.builders import STORY, a_post

pytestmark = pytest.mark.django_db

# What each object must have (OpenAPI 3.1.0, section 4.8).
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture
def described() -> dict[str, Any]:
    """The description, as anybody may read it."""
    answer = Client().get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        assert item.keys() <= METHODS
        for operation in item.values():
            yield path, operation


def test_it_has_what_openapi_asks_for(described):
    """The document, its operations and their parameters and answers are whole."""
    assert re.fullmatch(r"3\.1\.\d", described["openapi"])
    assert {"title", "version"} <= described["info"].keys()
    names = []
    for path, operation in operations(described):
        names.append(operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        in_path = {
            one["name"] for one in operation["parameters"] if one["in"] == "path"
        }
        assert in_path == set(re.findall(r"{(\w+)}", path))
        for one in operation["parameters"]:
            assert one["in"] in {"path", "query"}
            assert one["schema"]
            assert one["description"]
            assert one["required"] is (one["in"] == "path")
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert answer["description"]
            assert answer["content"]
    assert len(names) == len(set(names)) > 0


def test_each_name_in_it_leads_somewhere(described):
    """Every reference is to a part of the document, every address is one of the site."""
    wanted = re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(described))
    assert wanted
    assert set(wanted) <= described["components"]["schemas"].keys()
    for path, _ in operations(described):
        resolve(re.sub(r"{\w+}", "7", path))  # or Resolver404
    assert described["servers"] == [{"url": "http://testserver"}]


def test_every_operation_is_in_it_and_takes_a_token(described):
    """All that can be asked is described, with the token and the ways to be refused."""
    schemes = described["components"]["securitySchemes"]
    assert [one["scheme"] for one in schemes.values()] == ["bearer"]
    shown = 0
    for _, operation in operations(described):
        shown += 1
        assert operation["security"] == [{name: []} for name in schemes]
        assert {"401", "404", "422"} <= operation["responses"].keys()
        assert "application/problem+json" in operation["responses"]["401"]["content"]
    routers = api._get_bound_routers()
    assert shown == sum(len(router.path_operations) for router in routers)


def test_every_field_is_explained(described):
    """Each shape and each of its fields says what it is, or refers to one that does."""
    for name, shape in described["components"]["schemas"].items():
        assert shape["description"], name
        for field, about in shape["properties"].items():
            assert about.get("description") or about.get("$ref"), f"{name}.{field}"


def test_answers_have_the_shape_that_is_described(described, ask):
    """What is told has the fields that are promised, and no others."""
    post = a_post().post_id
    shapes = described["components"]["schemas"]
    for shape, said in (
        ("Audience", ask.told("/audience", story=STORY)),
        ("Broadcasts", ask.told(f"/posts/{post}/broadcasts")),
        ("Problem", ask("/audience").json()),
    ):
        assert said.keys() == shapes[shape]["properties"].keys()
        assert said.keys() == set(shapes[shape]["required"])


def test_it_holds_nothing_of_the_newsroom(described, ask):
    """Anybody may read it: it is the same before and after there was news."""
    a_post()
    assert Client().get(f"{ROOT}/openapi.json").json() == described


def test_no_page_asks_others_for_scripts():
    """There is no page of documentation, whose scripts would come from a third party."""
    assert api.docs_url is None
    assert api.openapi_url is None
