"""How many examples a property is tried on: few, as every run tries others. TEST_EXAMPLES=20 tries 20 times as many."""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("TEST_EXAMPLES", "1"))
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def examples(number: int) -> settings:
    """Settings for a property that asks the database, or is otherwise no matter of microseconds."""
    return settings(max_examples=number * TIMES, deadline=None, suppress_health_check=UNHURRIED)
