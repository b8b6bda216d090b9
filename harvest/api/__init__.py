"""Sources and runs over REST."""
