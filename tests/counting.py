"""How many queries a page asks, but for those that come once a minute whoever asks."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOTED_ONCE_A_MINUTE = (
    'UPDATE "permissions_usersession"',  # the use of a session
    '(SELECT "permissions_rolegrant"."role"',  # what stands in the navigation
)


def queries(client: Client, address: str, *, status: int = 200) -> list[str]:
    """Return the statements that a page takes, as SQL. It must answer as expected."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == status
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(NOTED_ONCE_A_MINUTE)]
