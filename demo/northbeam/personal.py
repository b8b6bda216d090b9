"""Personal data that looks real and cannot be: reserved telephone ranges, example.com, documentation addresses.

Telephone ranges are those that regulators keep for drama: Ofcom (GB), Bundesnetzagentur (DE), PTS (SE). Networks are
those of RFC 5737 and RFC 3849. Bank accounts and cards have right check digits and banks that do not exist.
"""

from random import Random

from stdnum import iban as iban_number
from stdnum import luhn

NETWORKS = ("192.0.2", "198.51.100", "203.0.113")


def _words(text: str) -> list[str]:
    return text.split()


GIVEN_NAMES = {
    "GB": _words("Alice Imran Grace Oliver Niamh Callum Priti Edward Zara Hugh Megan Rhys Amelia Tariq Beth Duncan"),
    "DE": _words("Anna Lukas Mia Felix Leonie Jan Katharina Emre Sophie Moritz Clara Yusuf Greta Paul Heike Stefan"),
    "SE": _words("Elsa Lars Maja Oskar Freja Nils Astrid Amir Saga Gustav Linnea Erik Tove Hassan Birgitta Per"),
}
FAMILY_NAMES = {
    "GB": _words("Ashworth Patel Fenwick Hughes Okoro Lister Marsh Khan Pemberton Doyle Whitlock Ngata Rowe Sharma"),
    "DE": _words(
        "Albrecht Yilmaz Brandt Hoffmann Kessler Lorenz Nowak Petersen Reuter Sommer Vogt Wieland Demir Arndt"
    ),
    "SE": _words("Andersson Bergqvist Dahl Ekström Forsberg Haddad Lindgren Nyström Sandell Wallin Öberg Holm Sjögren"),
}
STREETS = {
    "GB": ["Mill Lane", "Station Road", "Orchard Close", "Quarry Street", "Beacon Hill", "Chapel Row", "Kiln Avenue"],
    "DE": ["Lindenweg", "Am Deich", "Schulstraße", "Birkenallee", "Marktgasse", "Sonnenhang", "Alter Postweg"],
    "SE": ["Björkvägen", "Storgatan", "Ängsstigen", "Hamngatan", "Solbacken", "Kvarnvägen", "Tallåsen"],
}
CITIES = {  # name, first digits of its postcodes, latitude, longitude
    "GB": [("Leeds", "LS", 53.8, -1.55), ("York", "YO", 53.96, -1.08), ("Bristol", "BS", 51.45, -2.58)],
    "DE": [("Hamburg", "22", 53.55, 9.99), ("Kiel", "24", 54.32, 10.14), ("Bremen", "28", 53.08, 8.8)],
    "SE": [("Malmö", "21", 55.6, 13.0), ("Lund", "22", 55.7, 13.19), ("Växjö", "35", 56.88, 14.81)],
}
_PLAIN = str.maketrans("äöåüÄÖÅÜ", "aoauAOAU")


def email(given: str, family: str, number: int, host: str = "example.com") -> str:
    local = f"{given}.{family}{number}".lower().translate(_PLAIN).replace("ß", "ss")
    return f"{local}@{host}"


def phone(country: str, rng: Random) -> str:
    """E.164, from a range that is never given to anybody."""
    if country == "GB":
        return f"+447700900{rng.randrange(1000):03d}"
    if country == "DE":
        return f"+493023125{rng.randrange(1000):03d}"
    return f"+4684650{rng.randrange(400, 500):04d}"


def ip_address(rng: Random) -> str:
    if rng.random() < 0.12:
        return f"2001:db8:{rng.randrange(65536):x}::{rng.randrange(1, 65536):x}"
    return f"{rng.choice(NETWORKS)}.{rng.randrange(1, 255)}"


def iban(country: str, rng: Random) -> str:
    """An account with right check digits at a bank that does not exist."""
    account = rng.randrange(10**7, 10**8)
    bank = {"GB": "TEST000000", "DE": "9999999900", "SE": "999000000000"}[country]
    digits = iban_number.calc_check_digits(f"{country}00{bank}{account}")
    return f"{country}{digits}{bank}{account}"


def card_number(rng: Random) -> str:
    """Sixteen digits that pass the Luhn check, in a range of test cards."""
    body = f"400000{rng.randrange(10**9):09d}"
    return body + luhn.calc_check_digit(body)


def postcode(country: str, prefix: str, rng: Random) -> str:
    if country == "GB":
        return f"{prefix}{rng.randrange(1, 29)} {rng.randrange(1, 10)}ZZ"
    digits = f"{prefix}{rng.randrange(1000):03d}"
    return digits if country == "DE" else f"{digits[:3]} {digits[3:]}"
