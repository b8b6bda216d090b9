"""People as the catalog shows them: by the names under which their datasets are found."""

from typing import ClassVar

import pgtrigger

from catalog.models.feed import rename_trigger
from permissions.models import User


class Person(User):
    """A user whose new name reaches the change feed; a proxy, for people know nothing of datasets."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            rename_trigger(
                ("username", "first_name", "last_name"),
                """
                SELECT id FROM catalog_dataset WHERE owner_id = NEW.id
                UNION SELECT id FROM catalog_dataset WHERE steward_id = NEW.id
                """,
            )
        ]
