"""The CRM: one SQLite file, as its vendor's export delivers it every night."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from demo.northbeam import sales
from demo.northbeam.scripts import scripts
from demo.northbeam.world import World


def tell(world: World) -> dict[str, list[Any]]:
    """The rows of each table, those that are referred to first."""
    leads = sales.gather_leads(world.accounts, world.users, world.today, world.seed)
    firms = sales.companies(world.accounts, world.seed)
    deals = sales.opportunities(firms, world.today, world.seed)
    return {
        "user": sales.sellers(),
        "campaign": sales.campaigns(world.today),
        "lead": leads,
        "lead_status_history": sales.lead_history(leads, world.seed),
        "company": firms,
        "contact": sales.contacts(firms, world.seed),
        "opportunity": deals,
        "opportunity_stage_history": sales.stage_history(deals),
        "campaign_member": sales.campaign_members(leads, world.seed),
        "activity": sales.activities(leads, deals, world.seed),
    }


def build_crm(path: Path, world: World) -> None:
    """Write the file anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        for script in scripts("crm"):
            connection.executescript(script.read_text())
        for table, rows in tell(world).items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names of our own
