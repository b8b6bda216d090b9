"""Runs: every time a source was looked at, how far it got, and what it found."""

from harvest.models.remembered import Memory, Told
from harvest.models.renames import RenameGuess
from harvest.models.runs import Run, RunProblem
from harvest.models.schedules import Schedule

__all__ = ["Memory", "RenameGuess", "Run", "RunProblem", "Schedule", "Told"]
