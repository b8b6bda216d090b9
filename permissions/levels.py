"""The three levels at which something can be closed to a person."""

from django.db import models


class Level(models.TextChoices):
    """Each level closes what the ones after it close too: who may not discover may not read or sample."""

    DISCOVER = "discover", "discover"  # existence
    READ = "read", "read"  # schema, documentation, lineage, profile
    SAMPLE = "sample", "sample"  # values

    @property
    def in_words(self) -> str:
        """What a rule on this level closes, to follow “closed to you:”."""
        words = {"discover": "that it exists", "read": "what it holds and means", "sample": "the values in it"}
        return words[self.value]

    @property
    def closed_by(self) -> tuple["Level", ...]:
        """The levels of rules that close this one: reading is closed by rules on *discover* and on *read*."""
        order = tuple(Level)
        return order[: order.index(self) + 1]
