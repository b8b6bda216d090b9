"""Numbers by which states know their people: names, check digits and whether those alone are proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from stdnum.ar import dni as ar_dni
from stdnum.at import vnr as at_vnr
from stdnum.au import tfn as au_tfn
from stdnum.be import nn as be_nn
from stdnum.br import cpf as br_cpf
from stdnum.ca import sin as ca_sin
from stdnum.ch import ssn as ch_ssn
from stdnum.cl import rut as cl_rut
from stdnum.cz import rc as cz_rc
from stdnum.de import idnr as de_idnr
from stdnum.dk import cpr as dk_cpr
from stdnum.es import dni as es_dni
from stdnum.es import nie as es_nie
from stdnum.fi import hetu as fi_hetu
from stdnum.fr import nir as fr_nir
from stdnum.gb import nhs as gb_nhs
from stdnum.hr import oib as hr_oib
from stdnum.ie import pps as ie_pps
from stdnum.in_ import aadhaar as in_aadhaar
from stdnum.it import codicefiscale as it_codicefiscale
from stdnum.mx import curp as mx_curp
from stdnum.nl import bsn as nl_bsn
from stdnum.no import fodselsnummer as no_fodselsnummer
from stdnum.pl import pesel as pl_pesel
from stdnum.ro import cnp as ro_cnp
from stdnum.se import personnummer as se_personnummer
from stdnum.tr import tckimlik as tr_tckimlik
from stdnum.us import ssn as us_ssn
from stdnum.za import idnr as za_idnr

from harvest.pii.model import NUMBERS, TEXT, Rule

# https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
_NINO = re.compile(
    r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]", re.IGNORECASE
)
_PLAUSIBLE = re.compile(r"[A-Z0-9][A-Z0-9 ./+-]{6,20}", re.IGNORECASE)


class _Id(NamedTuple):
    id: str
    label: str
    names: Mapping[str, str]
    valid: Callable[[str], bool]
    proof: bool = False  # letters and a check character: the values alone are enough
    classification: str = "pii.government_id"


def _is_nino(value: str) -> bool:
    return _NINO.fullmatch(value) is not None


_IDS = (
    _Id("us ssn", "a US social security number",
        {"en": "ssn, social security number, social security no, social security nr, ss number, soc sec no, "
               "social security"}, us_ssn.is_valid, True),
    _Id("uk nino", "a UK national insurance number",
        {"en": "nino, national insurance number, ni number, national insurance no"}, _is_nino, True),
    _Id("uk nhs number", "a UK NHS number", {"en": "nhs number, nhs no"}, gb_nhs.is_valid, False, "pii.health"),
    _Id("german tax id", "a German tax identification number",
        {"de": "steuer id, steueridentifikationsnummer, steuerliche identifikationsnummer, idnr, steuer idnr, "
               "steuer identnummer"},
        de_idnr.is_valid),
    _Id("french nir", "a French social security number",
        {"fr": "nir, numero de securite sociale, numero securite sociale, num secu, numero insee, securite sociale, "
               "no securite sociale"}, fr_nir.is_valid),
    _Id("spanish dni", "a Spanish DNI", {"es": "dni, documento nacional de identidad, numero dni"},
        lambda value: es_dni.is_valid(value) or ar_dni.is_valid(value)),
    _Id("spanish nif", "a Spanish DNI or NIE with its check letter", {"es": "nie, dni nie, nif, numero nie"},
        lambda value: es_dni.is_valid(value) or es_nie.is_valid(value), True),
    _Id("italian codice fiscale", "an Italian codice fiscale",
        {"it": "codice fiscale, cod fiscale, codfisc, cod fisc"}, it_codicefiscale.is_valid, True),
    _Id("dutch bsn", "a Dutch BSN", {"nl": "bsn, burgerservicenummer, burger service nummer, bsn nummer, sofinummer"},
        nl_bsn.is_valid),
    _Id("polish pesel", "a Polish PESEL", {"pl": "pesel, numer pesel, nr pesel"}, pl_pesel.is_valid),
    _Id("brazilian cpf", "a Brazilian CPF", {"pt": "cpf, numero cpf, cpf numero, cadastro de pessoa fisica"},
        br_cpf.is_valid),
    _Id("swedish personnummer", "a Swedish personnummer", {"sv": "personnummer, person nummer, personnr"},
        se_personnummer.is_valid),
    _Id("danish cpr", "a Danish CPR number", {"da": "cpr, cpr nummer, cpr nr, cprnr"}, dk_cpr.is_valid),
    _Id("norwegian fodselsnummer", "a Norwegian fødselsnummer", {"da": "fodselsnummer, fodselsnr"},
        no_fodselsnummer.is_valid),
    _Id("finnish hetu", "a Finnish personal identity code", {"fi": "hetu, henkilotunnus"}, fi_hetu.is_valid, True),
    _Id("belgian national number", "a Belgian national register number",
        {"nl": "rijksregisternummer", "fr": "numero national, numero de registre national, niss, numero niss"},
        be_nn.is_valid),
    _Id("swiss ahv", "a Swiss AHV number",
        {"de": "ahv, ahv nummer, ahv nr, ahvn13", "fr": "numero avs, avs", "en": "swiss ssn"}, ch_ssn.is_valid),
    _Id("austrian svnr", "an Austrian social insurance number",
        {"de": "svnr, sozialversicherungsnummer, sv nummer, versicherungsnummer sv"},
        lambda value: at_vnr.is_valid(value) or (_PLAUSIBLE.fullmatch(value) is not None and len(value) == 12)),
    _Id("irish pps", "an Irish PPS number", {"en": "pps, pps number, ppsn, pps no"}, ie_pps.is_valid),
    _Id("canadian sin", "a Canadian social insurance number", {"en": "sin, social insurance number, sin number"},
        ca_sin.is_valid),
    _Id("australian tfn", "an Australian tax file number", {"en": "tfn, tax file number"}, au_tfn.is_valid),
    _Id("indian aadhaar", "an Indian Aadhaar number", {"en": "aadhaar, aadhar, aadhaar number, aadhar no"},
        in_aadhaar.is_valid),
    _Id("mexican curp", "a Mexican CURP", {"es": "curp, clave curp"}, mx_curp.is_valid, True),
    _Id("chilean rut", "a Chilean RUT", {"es": "rut, numero rut, run"}, cl_rut.is_valid),
    _Id("romanian cnp", "a Romanian CNP", {"en": "cnp, cod numeric personal"}, ro_cnp.is_valid),
    _Id("czech rodne cislo", "a Czech birth number", {"en": "rodne cislo, rodnecislo, birth number"}, cz_rc.is_valid),
    _Id("croatian oib", "a Croatian OIB", {"en": "oib"}, hr_oib.is_valid),
    _Id("turkish identity number", "a Turkish identity number",
        {"en": "tc kimlik no, tckn, tckimlik, tc kimlik, tc kimlik numarasi"}, tr_tckimlik.is_valid),
    _Id("south african id", "a South African identity number", {"en": "sa id number, rsa id number, rsa id"},
        za_idnr.is_valid),
)  # fmt: skip

NATIONAL_MATCHERS: dict[str, Callable[[str], bool]] = {entry.id: entry.valid for entry in _IDS}
NATIONAL_RULES = tuple(
    Rule(
        id=entry.id.replace(" ", "-"),
        category="national id",
        classification=entry.classification,
        label=entry.label,
        plural=f"valid as {entry.label}",
        names=entry.names,
        values=entry.id,
        types=TEXT if entry.proof else TEXT | NUMBERS,
        name_only=0.7,
        both=0.98,
        values_only=0.8 if entry.proof else 0.0,
        share=0.7,
        share_alone=0.95,
        values_needed=8,
        exact=True,
    )
    for entry in _IDS
)
