"""How many queries a page asks, but for those that come once a minute whoever asks."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOTED_ONCE_A_MINUTE = (
    'UPDATE "permissions_usersession"',  # the use of a session
    '(SELECT "permissions_rolegrant"."role"',  # what stands in the navigation
)


def queries(client: Client, address: str) -> list[str]:
    """Return the statements that a page takes, as SQL. The page must open."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(NOTED_ONCE_A_MINUTE)]
