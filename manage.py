#!/usr/bin/env python3
"""Concord's command line: `manage.py help` lists the commands."""

import os
import signal
import sys
from types import FrameType

from django.core.management import execute_from_command_line


def end(signal_number: int, frame: FrameType | None) -> None:
    """End as by `exit`, so that what was started is stopped."""
    sys.exit(128 + signal_number)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
