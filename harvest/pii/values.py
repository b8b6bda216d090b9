"""Whether one sampled value is what a rule looks for. Matchers take stripped, non-empty text."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import phonenumbers
from stdnum import iban, imei, luhn

from harvest.pii.national import NATIONAL_MATCHERS

Matcher = Callable[[str], bool]

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
_CARD = re.compile(
    r"(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17})"
)  # ranges of ISO/IEC 7812 issuers: Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay
_CARD_WRITTEN = re.compile(r"\d{12,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{11,38}", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|00)?[(]?\d[\d ()./-]{5,22}\d(?:\s?(?:x|ext\.?)\s?\d{1,5})?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?|(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})(\d{2})(\d{2})")
_WORD_OF_NAME = re.compile(r"[^\W\d_]+(?:['\u2019`-][^\W\d_]+)*[.,]?")
_COMPANY = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|inc|ltd|llc|llp|plc|corp|corporation|company|co|group|holding|holdings|sa|sas|sarl|srl|spa|bv"
    r"|nv|ab|oy|aps|as|lda|sp|ltda|limited|bank|university|hospital|department|office|store|shop|foundation)\b\.?",
    re.IGNORECASE,
)
_HASH_SHAPES = re.compile(
    r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$.+|\$(?:1|5|6|y|7)\$.+|pbkdf2_sha\d+\$\d+\$.+|\{SSHA\d*\}.+"
)
_TOKEN_SHAPES = re.compile(
    r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|AKIA[A-Z0-9]{16}|gh[pousr]_\w{36,}|(?:sk|rk)_(?:live|test)_\w{16,}"
    r"|xox[abprs]-[\w-]{10,}|glpat-[\w-]{20,}|AIza[\w-]{35}|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.*",
    re.DOTALL,
)
_NOT_SECRET = re.compile(r"true|false|yes|no|y|n|t|f|null|none|\d{4}-\d\d-\d\d.*|.*\s.*", re.IGNORECASE | re.DOTALL)
_GENDERS = frozenset(
    """m f d x w v k u o n male female man woman other unknown diverse divers nonbinary non-binary mannlich männlich
    weiblich homme femme masculin féminin feminin hombre mujer masculino femenino feminino maschio femmina vrouw
    mężczyzna kobieta kvinna 0 1 2 9""".split()  # noqa: SIM905
)
_OLDEST = 1900


def _is_email(value: str) -> bool:
    return "@" in value and len(value) <= 254 and _EMAIL.fullmatch(value) is not None


def _is_card(value: str) -> bool:
    if _CARD_WRITTEN.fullmatch(value) is None:
        return False
    digits = value.replace(" ", "").replace("-", "")
    return _CARD.fullmatch(digits) is not None and len(set(digits)) > 2 and luhn.is_valid(digits)


def _is_iban(value: str) -> bool:
    return _IBAN.fullmatch(value) is not None and iban.is_valid(value, check_country=False)


def _is_international_phone(value: str) -> bool:
    """A number that a country's numbering plan knows; only those with + say which country that is."""
    if not value.startswith("+") or _PHONE.fullmatch(value) is None:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, None))
    except phonenumbers.NumberParseException:
        return False


def _is_phone(value: str) -> bool:
    """Anything that may be dialled; enough only beside a name that says so."""
    if _PHONE.fullmatch(value) is None or _date_of(value) is not None:
        return False
    return 7 <= sum(char.isdigit() for char in value) <= 18 and value.count(".") != 1


def _is_ip(value: str) -> bool:
    if not value[0].isalnum() and value[0] != ":":
        return False
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    single = network.prefixlen == network.max_prefixlen
    return single and ("." in value or ":" in value) and not network.is_unspecified


def _is_ip_beyond_doubt(value: str) -> bool:
    """An address that can hardly be a version: 10.4.1.2 may be one, 84.112.9.201 is not."""
    if not _is_ip(value):
        return False
    return ":" in value or sum(int(part) >= 32 for part in value.partition("/")[0].split(".")) >= 2


def _date_of(value: str) -> date | None:
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    iso_year, iso_month, iso_day, first, second, year, packed_year, packed_month, packed_day = match.groups()
    if year:
        return _date(year, second, first) or _date(year, first, second)
    return _date(iso_year or packed_year, iso_month or packed_month, iso_day or packed_day)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _today() -> date:
    return datetime.now(UTC).date()


def _is_birth_date(value: str) -> bool:
    found = _date_of(value)
    return found is not None and found.year >= _OLDEST and found <= _today()


def _is_birth_year(value: str) -> bool:
    return _is_birth_date(value) or (value.isdecimal() and _OLDEST <= int(value) <= _today().year)


def _is_name(value: str, *, least: int, most: int) -> bool:
    words = value.split()
    if not least <= len(words) <= most or len(value) > 60 or _COMPANY.search(value):
        return False
    return all(_WORD_OF_NAME.fullmatch(word) for word in words)


def _is_street(value: str) -> bool:
    has_letters = sum(char.isalpha() for char in value) >= 3
    return has_letters and 4 <= len(value) <= 200 and " " in value and "@" not in value and "://" not in value


def _is_postcode(value: str) -> bool:
    return re.fullmatch(r"(?=(?:.*\d){2})[A-Z0-9]{2,5}[ -]?[A-Z0-9]{0,5}", value, re.IGNORECASE) is not None


def _is_document_number(value: str) -> bool:
    digits = sum(char.isdigit() for char in value)
    return digits >= 4 and re.fullmatch(r"[A-Z0-9][A-Z0-9 ./-]{3,22}[A-Z0-9]", value, re.IGNORECASE) is not None


def _is_secret(value: str) -> bool:
    return _TOKEN_SHAPES.fullmatch(value) is not None or (len(value) >= 6 and _NOT_SECRET.fullmatch(value) is None)


def _is_token(value: str) -> bool:
    """A long random-looking string: letters and digits, no words."""
    if _TOKEN_SHAPES.fullmatch(value):
        return True
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return len(value) >= 16 and mixed and re.fullmatch(r"[\w+/=.:~-]+", value) is not None


def _is_gender(value: str) -> bool:
    return value.casefold() in _GENDERS


def _is_number_within(value: str, *, low: float, high: float) -> bool:
    try:
        return low <= float(value) <= high
    except ValueError:
        return False


def _is_username(value: str) -> bool:
    return re.fullmatch(r"@?[\w.@\\-]{2,64}", value) is not None and not value.isdecimal()


def _is_few_words(value: str) -> bool:
    return any(char.isalpha() for char in value) and _NOT_SECRET.fullmatch(value.replace(" ", "")) is None


MATCHERS: dict[str, Matcher] = {
    "e-mail": _is_email,
    "card": _is_card,
    "iban": _is_iban,
    "phone": _is_phone,
    "international phone": _is_international_phone,
    "ip": _is_ip,
    "imei": lambda value: value.isdecimal() and imei.is_valid(value),
    "birth date": _is_birth_date,
    "birth year": _is_birth_year,
    "name": partial(_is_name, least=1, most=4),
    "full name": partial(_is_name, least=2, most=6),
    "street": _is_street,
    "postcode": _is_postcode,
    "document number": _is_document_number,
    "secret": _is_secret,
    "token": _is_token,
    "gender": _is_gender,
    "age": partial(_is_number_within, low=0, high=120),
    "degrees": partial(_is_number_within, low=-180, high=180),
    "amount": partial(_is_number_within, low=0, high=1e9),
    "username": _is_username,
    "words": _is_few_words,
    "plate": lambda value: re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9][A-Z0-9 ·:-]{2,11}", value) is not None,
    "security code": lambda value: re.fullmatch(r"\d{3,4}", value) is not None,
    **NATIONAL_MATCHERS,
}

# Stricter tests where the name does not help.
ALONE: dict[str, Matcher] = {
    "phone": _is_international_phone,
    "ip": _is_ip_beyond_doubt,
    "token": lambda value: _TOKEN_SHAPES.fullmatch(value) is not None,
    "secret": lambda value: _HASH_SHAPES.fullmatch(value) is not None,
    "us ssn": lambda value: value[3:4] == "-" and NATIONAL_MATCHERS["us ssn"](value),
}
SLOW = frozenset(["phone", "international phone"])  # at most SLOW_VALUES are tested
SLOW_VALUES = 20
