"""What every test may use."""

pytest_plugins = ["tests.cast", "tests.caching", "tests.searching"]
