"""The notebook, and what each test of the wire begins with."""

from __future__ import annotations

import pytest

from stoppress.wire.models import Entry
from tests.wire import notebook


@pytest.fixture(scope="session")
def _notebook(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        notebook.make()


@pytest.fixture
def wire(_notebook, transactional_db):
    """An empty wire and notebook, on a database that other threads and processes see."""
    notebook.empty()
    assert not Entry.objects.exists()


@pytest.fixture
def quick_wire(_notebook, db):
    """An empty wire and notebook for one thread alone: cheaper, undone afterwards."""
    notebook.empty()
