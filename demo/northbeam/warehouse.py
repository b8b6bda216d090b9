"""The warehouse: a PostgreSQL database that lands the sources, and models them with SQL."""

from psycopg2 import extensions

from demo.northbeam.landing import land
from demo.northbeam.scripts import run_scripts
from demo.northbeam.staff import load_staff_and_legacy
from demo.northbeam.world import World


def build_warehouse(connection: extensions.connection, platform: extensions.connection, world: World) -> None:
    """Land the sources in an empty database, then run every model over them. `platform` is the platform's database."""
    run_scripts(connection, "warehouse_landing")
    land(world, platform, connection)
    run_scripts(connection, "warehouse_models")
    load_staff_and_legacy(connection, world)
