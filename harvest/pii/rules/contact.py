"""Where somebody is reached: e-mail, telephone, address, network address."""

from harvest.pii.model import NUMBERS, TEXT, Rule

_MACHINES = frozenset(
    """server servers host hosts node nodes gateway gateways subnet subnets dns netmask broadcast vlan router routers
    switch switches cluster pod pods listen bind version versions release releases build builds firmware network
    networks device devices instance instances range ranges proxy endpoint endpoints interface""".split()  # noqa: SIM905
)

CONTACT_RULES = (
    Rule(
        id="email", category="e-mail", classification="pii.contact",
        label="e-mail", plural="e-mail addresses", values="e-mail",
        names={
            "en": "email, e mail, email address, mail address, email addr, mail",
            "de": "email adresse, mailadresse, e mail adresse, emailadresse",
            "fr": "adresse email, adresse mail, courriel, adresse electronique, adresse courriel, mel",
            "es": "correo, correo electronico, direccion de correo, direccion correo",
            "it": "indirizzo email, posta elettronica, indirizzo di posta elettronica, indirizzo mail",
            "nl": "e mailadres, emailadres, mailadres",
            "pt": "endereco de email, correio eletronico, endereco email",
            "pl": "adres email, adres e mail, poczta",
        },
        name_only=0.75, both=0.99, values_only=0.9, share=0.6, share_alone=0.8,
    ),
    Rule(
        id="phone", category="phone", classification="pii.contact",
        label="telephone number", plural="telephone numbers", values="phone", types=TEXT | NUMBERS,
        names={
            "en": "phone, telephone, phone number, telephone number, mobile, mobile number, mobile phone, cell, "
                  "cell phone, cellphone, tel, msisdn, fax, fax number, whatsapp, phone no, tel no, mobile no, "
                  "contact number",
            "de": "telefon, telefonnummer, handy, handynummer, rufnummer, mobilnummer, mobiltelefon, telefonnr, "
                  "festnetz, faxnummer, telefax, mobilfunknummer",
            "fr": "telephone, numero de telephone, num tel, tel portable, telephone portable, numero telephone, "
                  "telephone mobile, telecopie",
            "es": "telefono, movil, celular, numero de telefono, telefono movil, numero telefono, numero de celular",
            "it": "telefono, cellulare, numero di telefono, numero telefono, recapito telefonico",
            "nl": "telefoon, telefoonnummer, mobiel, gsm, mobiel nummer, gsm nummer",
            "pt": "telefone, celular, telemovel, numero de telefone, numero telefone",
            "pl": "telefon, numer telefonu, nr telefonu, komorka, telefon komorkowy",
            "sv": "telefonnummer, mobilnummer",
        },
        name_only=0.65, both=0.95, values_only=0.85, share=0.7, share_alone=0.9,
        unless=frozenset(["error", "exit"]),
    ),
    Rule(
        id="street-address", category="postal address", classification="pii.contact",
        label="street address", plural="like street addresses", values="street",
        names={
            "en": "ship address, bill address, ship to address, bill to address, street address, home address, postal "
                  "address, mailing address, billing address, shipping address, delivery address, residential "
                  "address, address line, address line 1, address line 2, address 1, address 2, address1, address2, "
                  "street name, permanent address, full address, addr line",
            "de": "strasse hausnummer, anschrift, wohnadresse, lieferadresse, rechnungsadresse, postanschrift, "
                  "wohnanschrift, strasse und hausnummer, privatadresse",
            "fr": "adresse postale, adresse domicile, adresse de livraison, adresse de facturation, domicile, "
                  "adresse livraison, adresse facturation, adresse personnelle",
            "es": "domicilio, direccion postal, direccion de envio, direccion de facturacion, direccion particular",
            "it": "indirizzo di residenza, residenza, indirizzo di spedizione, indirizzo residenza, domicilio",
            "nl": "woonadres, huisadres, bezorgadres, factuuradres, adresregel",
            "pt": "endereco residencial, morada, endereco de entrega, endereco de cobranca, logradouro",
            "pl": "adres zamieszkania, adres zameldowania, adres dostawy, adres korespondencyjny",
        },
        name_only=0.65, both=0.9, share=0.6,
        unless=frozenset(["ip", "mac", "web", "wallet", "contract", "memory", "network"]),
        unless_table=frozenset(["store", "stores", "warehouse", "warehouses", "branch", "branches", "shops", "plant"]),
    ),
    Rule(
        id="address", category="postal address", classification="pii.contact",
        label="address", plural="like street addresses", values="street", exact=True, needs_person=True,
        names={
            "en": "address, addr, street",
            "de": "adresse, strasse, str",
            "fr": "adresse, rue, voie",
            "es": "direccion, calle",
            "it": "indirizzo, via",
            "nl": "adres, straat, straatnaam",
            "pt": "endereco, rua",
            "pl": "adres, ulica",
            "sv": "adress, gata, gatuadress",
        },
        name_only=0.6, both=0.85, share=0.6,
    ),
    Rule(
        id="postal-code", category="postal code", classification="pii.contact",
        label="postal code", plural="like postal codes", values="postcode", types=TEXT | NUMBERS,
        exact=True, needs_person=True,
        names={
            "en": "zip, zip code, postal code, postcode, post code, zip5, zipcode",
            "de": "plz, postleitzahl",
            "fr": "code postal, cp postal",
            "es": "codigo postal",
            "it": "codice postale, codice avviamento postale",
            "nl": "postcode",
            "pt": "cep, codigo postal",
            "pl": "kod pocztowy",
            "sv": "postnummer",
        },
        name_only=0.6, both=0.8, share=0.7,
    ),
    Rule(
        id="ip-address", category="ip address", classification="pii",
        label="IP address", plural="IP addresses", values="ip", types=TEXT | {"network"},
        names={
            "en": "ip, ip address, ip addr, ipaddr, remote addr, remote ip, client ip, user ip, ipv4, ipv6, ip v4",
            "de": "ip adresse",
            "fr": "adresse ip",
            "es": "direccion ip",
            "it": "indirizzo ip",
            "nl": "ip adres",
            "pt": "endereco ip",
            "pl": "adres ip",
        },
        name_only=0.6, both=0.9, values_only=0.65, share=0.8, share_alone=0.8,
        unless=_MACHINES, unless_table=_MACHINES,
    ),
    Rule(
        id="geolocation", category="geolocation", classification="pii.location",
        label="position of a person", plural="degrees", values="degrees",
        types=frozenset(["float", "decimal", "string"]), exact=True, needs_person=True,
        names={
            "en": "lat, latitude, lng, lon, longitude, gps lat, gps lon, gps latitude, gps longitude, geo lat, "
                  "geo lon, "
                  "geo lng, last known lat, last known lon",
            "de": "breitengrad, langengrad, laengengrad, geografische breite, geografische lange",
            "es": "latitud, longitud",
            "it": "latitudine, longitudine",
            "nl": "breedtegraad, lengtegraad",
            "pl": "szerokosc geograficzna, dlugosc geograficzna",
        },
        name_only=0.6, both=0.8, share=0.95,
        unless_table=frozenset(["store", "stores", "city", "cities", "airport", "airports", "station", "stations"]),
    ),
)  # fmt: skip
