"""The rules, as data. Which rule comes first decides between equals."""

from harvest.pii.model import Rule
from harvest.pii.national import NATIONAL_RULES
from harvest.pii.rules.contact import CONTACT_RULES
from harvest.pii.rules.credentials import CREDENTIAL_RULES
from harvest.pii.rules.financial import FINANCIAL_RULES
from harvest.pii.rules.identity import IDENTITY_RULES
from harvest.pii.rules.special import SPECIAL_RULES

RULES: tuple[Rule, ...] = (
    *CREDENTIAL_RULES,
    *CONTACT_RULES,
    *FINANCIAL_RULES,
    *NATIONAL_RULES,
    *IDENTITY_RULES,
    *SPECIAL_RULES,
)
