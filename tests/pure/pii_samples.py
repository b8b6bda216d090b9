"""Made-up values in the shapes that personal data and its look-alikes have."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.de import idnr
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer

GIVEN = ("Anna", "Jürgen", "Marie-Claire", "José", "Zoë", "Piotr", "Giulia", "Tom", "Ana", "Lars", "Aoife", "Chloé")
FAMILY = ("Müller", "O'Brien", "Dupont", "García", "de Vries", "Kowalski", "Rossi", "Smith", "Silva", "Öberg", "Lee")
WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
CITIES = ("Main Street", "Hauptstraße", "rue de la Paix", "Calle Mayor", "Via Roma", "Kerkstraat", "Rua Augusta")


def _made(make: Callable[[Random], str], count: int = 20, seed: int = 7) -> tuple[str, ...]:
    random = Random(seed)
    return tuple(make(random) for _ in range(count))


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _valid(make: Callable[[Random], str], is_valid: Callable[[str], bool]) -> Callable[[Random], str]:
    def draw(random: Random) -> str:
        while not is_valid(candidate := make(random)):
            pass
        return candidate

    return draw


def _iban(random: Random) -> str:
    bban = _digits(random, 18)
    return f"DE{98 - int(mod_97_10.checksum(f'{bban}DE00')):02d}{bban}"


def _card(random: Random) -> str:
    body = "4" + _digits(random, 14)
    return body + luhn.calc_check_digit(body)


def _date(first: int, last: int) -> Callable[[Random], str]:
    return lambda r: f"{r.randint(first, last)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"


def _nir(random: Random) -> str:
    body = f"{random.choice('12')}{random.randint(50, 99)}{random.randint(1, 12):02d}75{_digits(random, 6)}"
    return body + nir.calc_check_digits(body)


def _pesel(random: Random) -> str:
    body = f"{random.randint(50, 99)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{_digits(random, 4)}"
    return body + pesel.calc_check_digit(body)


def _personnummer(random: Random) -> str:
    body = f"{random.randint(50, 99)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{_digits(random, 3)}"
    return f"{body[:6]}-{body[6:]}{luhn.calc_check_digit(body)}"


def _dni(random: Random) -> str:
    body = _digits(random, 8)
    return body + dni.calc_check_digit(body)


def _ip(random: Random) -> str:
    return ".".join(str(random.randint(40, 250)) for _ in range(4))


EMAILS = _made(
    lambda r: f"{r.choice(GIVEN[7:10]).lower()}.{r.randint(1, 99)}@example.{r.choice(['com', 'de', 'co.uk'])}"
)
PHONES = _made(lambda r: f"+49 30 {r.randint(2000000, 8999999)}")
NATIONAL_PHONES = _made(lambda r: f"0{r.randint(151, 179)}/{_digits(r, 7)}")
US_PHONES = _made(lambda r: f"({r.randint(201, 989)}) 555-{_digits(r, 4)}")
IBANS = _made(_valid(_iban, iban.is_valid))
CARDS = _made(_card)
SPACED_CARDS = tuple(" ".join(card[i : i + 4] for i in range(0, 16, 4)) for card in CARDS)
SSNS = _made(lambda r: f"{r.randint(100, 665):03d}-{r.randint(10, 99)}-{r.randint(1000, 9999)}")
NINOS = _made(lambda r: f"{r.choice('ABCE')}{r.choice('ABCE')}{_digits(r, 6)}{r.choice('ABCD')}")
IDNRS = _made(_valid(lambda r: _digits(r, 11), idnr.is_valid), 8)
NIRS = _made(_nir)
DNIS = _made(_dni)
CODICI = ("RCCMNL83S18D969H", "RSSMRA85T10A562S", "BRRMRA80A41H501W", "VRDGPP13R10B293P")
BSNS = _made(_valid(lambda r: _digits(r, 9), bsn.is_valid))
PESELS = _made(_pesel)
CPFS = _made(_valid(lambda r: _digits(r, 11), cpf.is_valid))
PERSONNUMMERS = _made(_valid(_personnummer, personnummer.is_valid))
IPS = _made(_ip)
BIRTHS = _made(_date(1940, 2008))
RECENT = _made(lambda r: f"{_date(2022, 2025)(r)} {r.randint(0, 23):02d}:{r.randint(0, 59):02d}:00")
GERMAN_BIRTHS = tuple(".".join(reversed(born.split("-"))) for born in BIRTHS)
FULL_NAMES = _made(lambda r: f"{r.choice(GIVEN)} {r.choice(FAMILY)}")
COMPANIES = tuple(f"{name} {form}" for name in FAMILY for form in ("GmbH", "Ltd", "S.A. Holding", "Inc."))
STREETS = _made(lambda r: f"{r.choice(CITIES)} {r.randint(1, 200)}")
POSTCODES = _made(lambda r: str(r.randint(10115, 99999)))
NUMBERS = _made(lambda r: str(r.randint(0, 5000)))
SMALL = _made(lambda r: str(r.randint(0, 9)))
AGES = _made(lambda r: str(r.randint(18, 90)))
DEGREES = _made(lambda r: f"{r.uniform(-60, 60):.5f}")
PRICES = _made(lambda r: f"{r.uniform(1, 900):.2f}")
PAY = _made(lambda r: str(r.randint(20000, 90000)))
ORDER_NUMBERS = _made(lambda r: "4" + _digits(r, 15), 60)
LUHN_ORDERS = CARDS
UUIDS = _made(lambda r: f"{_digits(r, 8)}-{_digits(r, 4)}-4{_digits(r, 3)}-a{_digits(r, 3)}-{_digits(r, 12)}")
HASHES = _made(lambda r: "".join(r.choice("0123456789abcdef") for _ in range(64)))
BCRYPT = _made(lambda r: "$2b$12$" + "".join(r.choice("./AZaz09") for _ in range(53)))
TOKENS = _made(lambda r: "".join(r.choice("abcdefXYZ0123456789") for _ in range(32)))
JWTS = _made(lambda r: f"eyJhbGciOiJIUzI1NiJ9.eyJ{_digits(r, 12)}.{_digits(r, 20)}")
VERSIONS = _made(lambda r: ".".join(str(r.randint(0, 15)) for _ in range(4)))
BOOLEANS = ("true", "false", "true")
GENDERS = ("m", "f", "f", "m", "x")
COUNTRIES = ("DE", "FR", "ES", "IT", "NL", "PL")
STATUSES = ("active", "blocked", "new", "active")
MODELS = ("Galaxy S21", "iPhone 13", "Pixel 7", "Nokia 3310", "Xperia 5")
PRODUCTS = ("Blue Chair", "Oak Table", "Desk Lamp", "Wool Rug", "Book Shelf", "Garden Bench")
SENTENCES = ("Please call back tomorrow", "Delivered on time", "Customer asked for a refund", "All good here")
PASSPORTS = _made(lambda r: f"C{r.choice('FGHJK')}{_digits(r, 7)}")
PLATES = _made(lambda r: f"B-{r.choice('ABKX')}{r.choice('ABKX')} {r.randint(100, 9999)}")
USERNAMES = _made(lambda r: f"{r.choice(GIVEN[7:10]).lower()}_{r.randint(1, 999)}")
DIAGNOSES = ("J45.9", "E11.9", "I10", "M54.5", "F32.1")
SKUS = _made(lambda r: f"SKU-{_digits(r, 8)}")
EANS = _made(lambda r: _digits(r, 13))
CRONS = ("0 3 * * *", "*/5 * * * *", "0 0 1 * *")
URLS = _made(lambda r: f"https://example.com/{r.randint(1, 999)}/page")
