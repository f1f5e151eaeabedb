"""What holds for every room's tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No deadline: how long one example takes says what else the machine is doing. A test's
# own database may be used by all its examples.
settings.register_profile(
    "stoppress",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("stoppress")
