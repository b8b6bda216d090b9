"""The classifications that rules give, as a tree by dots: slug → (name, what it means)."""

CLASSIFICATIONS: dict[str, tuple[str, str]] = {
    "pii": ("Personal data", "Says something about a person who can be identified."),
    "pii.birth": ("Birth and age", "Date, year or place of birth, or age."),
    "pii.contact": ("Contact", "Where a person is reached: e-mail, telephone, address."),
    "pii.financial": ("Financial", "Cards, accounts and pay of a person."),
    "pii.government_id": (
        "Official number",
        "A number by which a state knows a person, or that of an identity document.",
    ),
    "pii.health": ("Health", "Health of a person; a special category under article 9 of the GDPR."),
    "pii.location": ("Location", "Where a person is or was."),
    "pii.special": ("Special category", "Belief, origin or orientation; article 9 of the GDPR."),
    "credential": ("Credential", "Opens a door: a password, its hash, a token or a key."),
}
