"""Money of a person: cards, accounts, pay."""

from harvest.pii.model import NUMBERS, TEXT, Rule

_NUMBERED_THINGS = frozenset(
    """order orders invoice invoices imei iccid tracking serial isbn sku barcode ean gtin shipment parcel voucher ticket
    transaction trx txn batch product reference ref bestellnummer bestellung rechnung auftrag commande pedido ordine
    bestelling zamowienie receipt meter device loyalty coupon""".split()  # noqa: SIM905
)

FINANCIAL_RULES = (
    Rule(
        id="payment-card", category="payment card", classification="pii.financial",
        label="payment card number", plural="valid card numbers", values="card", types=TEXT | NUMBERS,
        names={
            "en": "credit card, credit card number, card number, cc number, card no, pan, debit card, cc num, "
                  "payment card number, credit card no, primary account number, debit card number, ccn",
            "de": "kreditkarte, kreditkartennummer, kartennummer, karten nr",
            "fr": "carte de credit, numero de carte, carte bancaire, numero carte, numero carte bancaire",
            "es": "tarjeta de credito, numero de tarjeta, tarjeta credito, numero tarjeta",
            "it": "carta di credito, numero carta, numero di carta",
            "nl": "creditcard, creditcardnummer, kaartnummer",
            "pt": "cartao de credito, numero do cartao, numero cartao, cartao",
            "pl": "numer karty, karta kredytowa",
        },
        name_only=0.6, both=0.98, values_only=0.85, share=0.6, share_alone=0.95, values_needed=8,
        unless=_NUMBERED_THINGS | {"last", "last4", "gift", "library"},
    ),
    Rule(
        id="card-security-code", category="payment card", classification="pii.financial",
        label="card security code", plural="like card security codes", values="security code", types=TEXT | NUMBERS,
        exact=True,
        names={"en": "cvv, cvc, cvv2, cvc2, card security code, card verification value", "de": "kartenprufnummer"},
        name_only=0.75, both=0.95, share=0.8,
    ),
    Rule(
        id="iban", category="bank account", classification="pii.financial",
        label="IBAN", plural="valid IBANs", values="iban",
        names={"en": "iban, iban number, international bank account number", "de": "iban nummer", "nl": "iban nummer"},
        name_only=0.75, both=0.99, values_only=0.95, share=0.6, share_alone=0.8,
    ),
    Rule(
        id="bank-account", category="bank account", classification="pii.financial",
        label="bank account number", plural="like account numbers", values="document number", types=TEXT | NUMBERS,
        names={
            "en": "bank account number, bank account, bank account no, bank acct, bank acct no",
            "de": "kontonummer, bankverbindung, bankkonto",
            "fr": "numero de compte bancaire, rib, compte bancaire",
            "es": "cuenta bancaria, numero de cuenta, numero cuenta bancaria, clabe",
            "it": "conto corrente, conto bancario, numero conto",
            "nl": "rekeningnummer, bankrekening, bankrekeningnummer",
            "pt": "conta bancaria, conta corrente",
            "pl": "numer konta, numer rachunku, rachunek bankowy",
        },
        name_only=0.6, both=0.85, share=0.7, unless=frozenset(["gl", "ledger", "sachkonto"]),
        unless_table=frozenset(["ledger", "gl", "chart", "journal"]),
    ),
    Rule(
        id="income", category="income", classification="pii.financial",
        label="pay of a person", plural="amounts", values="amount", types=NUMBERS | {"float"},
        exact=True, needs_person=True,
        names={
            "en": "salary, base salary, annual salary, monthly salary, wage, income, annual income, hourly wage, "
                  "gross salary, "
                  "net salary",
            "de": "gehalt, lohn, einkommen, bruttogehalt, nettogehalt, jahresgehalt, monatsgehalt",
            "fr": "salaire, salaire brut, salaire annuel, salaire net",
            "es": "salario, sueldo",
            "it": "stipendio, salario, reddito",
            "nl": "salaris, loon, inkomen",
            "pt": "salario",
            "pl": "wynagrodzenie, pensja",
        },
        name_only=0.6, both=0.8, share=0.9,
    ),
)  # fmt: skip
