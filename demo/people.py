"""The people of Northbeam who use the catalog. None has a password; where the demo is on, one click signs in."""

from typing import NamedTuple

from permissions.demo import TEAM
from permissions.models import Role, RoleGrant, Team, User

MAIL = "northbeam.example"


class Person(NamedTuple):
    username: str
    first_name: str
    last_name: str
    title: str
    teams: tuple[str, ...]
    time_zone: str = "Europe/London"
    administrator: bool = False
    engineer: bool = False  # connects sources and harvests any of them


COUNCIL = "data-council"
TEAMS = {
    TEAM: "Northbeam",
    "finance": "Finance",
    "product": "Product",
    "marketing": "Marketing and Sales",
    "support": "Support",
    "data-engineering": "Data engineering",
    "compliance": "Compliance",
    "people-operations": "People Operations",
    "leadership": "Leadership",
    COUNCIL: "Data council",
}

AMARA = Person("amara.okafor", "Amara", "Okafor", "Senior analyst, Finance", ("finance",))
JONAS = Person("jonas.lindqvist", "Jonas", "Lindqvist", "Product analyst", ("product",), "Europe/Stockholm")
SAM = Person("sam.whitaker", "Sam", "Whitaker", "Account manager, Sales", ("marketing",))
PRIYA = Person("priya.raman", "Priya", "Raman", "Financial controller, steward of Finance", ("finance", COUNCIL))
TOMAS = Person(
    "tomas.weber", "Tomas", "Weber", "Head of Product, steward of Product", ("product", COUNCIL), "Europe/Berlin"
)
ELIN = Person(
    "elin.strand",
    "Elin",
    "Strand",
    "Head of customer operations, steward of Customer",
    ("support", COUNCIL),
    "Europe/Stockholm",
)
MARCUS = Person("marcus.hale", "Marcus", "Hale", "Marketing analyst, steward of Marketing", ("marketing",))
YUKI = Person(
    "yuki.tanaka",
    "Yuki",
    "Tanaka",
    "Data engineer, steward of Fleet",
    ("data-engineering",),
    "Europe/Berlin",
    engineer=True,
)
NADIA = Person("nadia.haddad", "Nadia", "Haddad", "Data protection officer", ("compliance", COUNCIL))
LENA = Person("lena.fischer", "Lena", "Fischer", "People partner", ("people-operations",), "Europe/Berlin")
VIKTOR = Person("viktor.ekman", "Viktor", "Ekman", "Chief operating officer", ("leadership",), "Europe/Stockholm")
ROSA = Person(
    "rosa.delgado",
    "Rosa",
    "Delgado",
    "Data platform administrator",
    ("data-engineering",),
    administrator=True,
    engineer=True,
)

PEOPLE = (AMARA, JONAS, SAM, PRIYA, TOMAS, ELIN, MARCUS, YUKI, NADIA, LENA, VIKTOR, ROSA)

People = dict[str, User]  # by username


def settle_people() -> People:
    """Make the people and their teams, or bring those of an earlier build up to date."""
    teams = {slug: Team.objects.update_or_create(slug=slug, defaults={"name": name})[0] for slug, name in TEAMS.items()}
    people = {person.username: _settle(person) for person in PEOPLE}
    for person in PEOPLE:
        for slug in (TEAM, *person.teams):
            teams[slug].members.add(people[person.username])
    _settle_roles(people, teams)
    return people


def _settle(person: Person) -> User:
    user, new = User.objects.update_or_create(
        username=person.username,
        defaults={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": f"{person.username}@{MAIL}",
            "title": person.title,
            "time_zone": person.time_zone,
        },
    )
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def _settle_roles(people: People, teams: dict[str, Team]) -> None:
    """The data council's team is the council; who administers and who connects sources is said of each person."""
    RoleGrant.objects.get_or_create(role=Role.COUNCIL, team=teams[COUNCIL])
    for person in PEOPLE:
        if person.administrator:
            RoleGrant.objects.get_or_create(role=Role.ADMINISTRATOR, person=people[person.username])
        if person.engineer:
            RoleGrant.objects.get_or_create(role=Role.ENGINEER, person=people[person.username])
