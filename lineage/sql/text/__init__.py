"""From a script's text to its statements."""
