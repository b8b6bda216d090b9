"""Who somebody is: names, birth, documents, accounts on line, things that stand for a person."""

from harvest.pii.model import NUMBERS, TEXT, Rule

_THINGS = frozenset(
    """product products file files table tables column columns schema database server host brand model city country
    region project role job group category item font event species campaign page class method function branch
    company department organization organisation supplier vendor manufacturer legal trade db service smtp ftp proxy
    domain account""".split()  # noqa: SIM905
)

IDENTITY_RULES = (
    Rule(
        id="given-name", category="person name", classification="pii",
        label="first name", plural="like first names", values="name", unless=_THINGS,
        names={
            "en": "first name, given name, forename, middle name, fname, christian name, preferred name, given names, "
                  "firstname, middle initial",
            "de": "vorname, rufname, vornamen, zweiter vorname",
            "fr": "prenom, prenoms, deuxieme prenom",
            "es": "nombre de pila, primer nombre, segundo nombre, nombres",
            "it": "nome di battesimo, nome proprio, primo nome",
            "nl": "voornaam, voornamen, roepnaam, tussenvoegsel",
            "pt": "primeiro nome, nome proprio",
            "pl": "imie, imiona, drugie imie",
            "sv": "fornamn",
            "da": "fornavn",
        },
        name_only=0.8, both=0.95, share=0.7,
    ),
    Rule(
        id="family-name", category="person name", classification="pii",
        label="last name", plural="like last names", values="name", unless=_THINGS,
        names={
            "en": "last name, surname, family name, maiden name, lname, birth name, mothers maiden name, "
                  "second surname",
            "de": "nachname, familienname, geburtsname, zuname",
            "fr": "nom de famille, nom de naissance, nom de jeune fille, nom usage",
            "es": "apellido, apellidos, primer apellido, segundo apellido, apellido paterno, apellido materno",
            "it": "cognome",
            "nl": "achternaam, familienaam, geboortenaam, meisjesnaam",
            "pt": "sobrenome, apelido, ultimo nome",
            "pl": "nazwisko, nazwisko rodowe, nazwisko panienskie",
            "sv": "efternamn",
            "da": "efternavn",
        },
        name_only=0.8, both=0.95, share=0.7,
        unless_table=frozenset(["species", "plants", "fonts", "taxonomy"]),
    ),
    Rule(
        id="full-name", category="person name", classification="pii",
        label="name of a person", plural="like names of people", values="full name", unless=_THINGS,
        names={
            "en": "full name, contact name, contact person, customer name, patient name, employee name, person name, "
                  "client name, member name, student name, guest name, passenger name, driver name, teacher name, "
                  "cardholder name, card holder, account holder, account holder name, applicant name, candidate name, "
                  "recipient name, doctor name, spouse name, manager name, cardholder, name of customer, "
                  "subscriber name, "
                  "emergency contact, beneficiary name, tenant name, name on card, author name, owner name, "
                  "father name, "
                  "mother name, fathers name, mothers name, reviewer name, signatory name",
            "de": "vollstandiger name, kundenname, patientenname, mitarbeitername, ansprechpartner, kontoinhaber, "
                  "karteninhaber, vor und nachname, name des kunden, kunde name",
            "fr": "nom complet, nom client, nom du client, nom patient, nom du patient, titulaire, nom et prenom, "
                  "nom prenom, nom salarie, titulaire du compte",
            "es": "nombre completo, nombre cliente, nombre del cliente, nombre paciente, nombre y apellidos, titular, "
                  "nombre empleado, nombre del paciente, nombre del titular",
            "it": "nome completo, nome cliente, nome e cognome, nominativo, nome paziente, intestatario, nome cognome",
            "nl": "volledige naam, klantnaam, naam klant, contactpersoon, patientnaam, rekeninghouder, naam patient",
            "pt": "nome completo, nome cliente, nome do cliente, nome do paciente, nome paciente, nome do titular",
            "pl": "imie i nazwisko, nazwa osoby, imie nazwisko",
        },
        name_only=0.65, both=0.92, share=0.6,
    ),
    Rule(
        id="name-in-people-table", category="person name", classification="pii",
        label="name, in a table about people", plural="like names of people", values="full name",
        exact=True, needs_person=True, unless=_THINGS,
        names={
            "en": "name, display name, real name", "fr": "nom", "es": "nombre", "it": "nome", "nl": "naam",
            "sv": "namn",
        },
        name_only=0.0, both=0.85, share=0.6,
    ),
    Rule(
        id="username", category="user name", classification="pii",
        label="user name", plural="like user names", values="username", exact=True,
        names={
            "en": "linkedin, twitter, username, user name, login name, screen name, nickname, user login, twitter "
                  "handle, skype, user handle, account name of user, nick name",
            "de": "benutzername, nutzername, anmeldename, spitzname",
            "fr": "nom utilisateur, nom d utilisateur, pseudo, pseudonyme, identifiant utilisateur",
            "es": "nombre de usuario, nombre usuario",
            "it": "nome utente",
            "nl": "gebruikersnaam",
            "pt": "nome de usuario, nome de utilizador, nome usuario",
            "pl": "nazwa uzytkownika",
        },
        name_only=0.6, both=0.8, share=0.8,
        unless=frozenset("db database service smtp ftp proxy last sql system".split()),  # noqa: SIM905
    ),
    Rule(
        id="birth-date", category="birth date", classification="pii.birth",
        label="date of birth", plural="plausible dates of birth", values="birth date",
        types=TEXT | {"date", "timestamp", "timestamptz", "integer"},
        names={
            "en": "birth datetime, dob, birth date, date of birth, birthday, birthdate, birth dt, date birth, born "
                  "on, birth day",
            "de": "geburtsdatum, geburtstag, geb datum, gebdat, geboren am, geburtsdat",
            "fr": "date de naissance, date naissance, naissance, ne le, dt naissance",
            "es": "fecha de nacimiento, fecha nacimiento, nacimiento, fec nacimiento, f nacimiento",
            "it": "data di nascita, data nascita, nascita",
            "nl": "geboortedatum, geboortedag",
            "pt": "data de nascimento, data nascimento, nascimento, dt nascimento",
            "pl": "data urodzenia, data ur, urodziny",
            "sv": "fodelsedatum",
            "da": "fodselsdato",
        },
        name_only=0.85, both=0.97, share=0.8,
    ),
    Rule(
        id="birth-year", category="birth date", classification="pii.birth",
        label="year of birth", plural="plausible years of birth", values="birth year", types=TEXT | NUMBERS | {"date"},
        names={
            "en": "birth year, year of birth, yob", "de": "geburtsjahr", "fr": "annee de naissance, annee naissance",
            "es": "ano de nacimiento, anio nacimiento", "it": "anno di nascita, anno nascita", "nl": "geboortejaar",
            "pt": "ano de nascimento, ano nascimento", "pl": "rok urodzenia", "sv": "fodelsear",
        },
        name_only=0.75, both=0.92, share=0.8,
    ),
    Rule(
        id="birth-place", category="birth place", classification="pii.birth",
        label="place of birth", plural="words", values="words",
        names={
            "en": "birth place, place of birth, birthplace, birth city, city of birth, country of birth, birth country",
            "de": "geburtsort, geburtsland", "fr": "lieu de naissance, lieu naissance",
            "es": "lugar de nacimiento, lugar nacimiento",
            "it": "luogo di nascita, comune di nascita", "nl": "geboorteplaats",
            "pt": "local de nascimento, naturalidade",
            "pl": "miejsce urodzenia",
        },
        name_only=0.75, both=0.9, share=0.7,
    ),
    Rule(
        id="age", category="age", classification="pii.birth", label="age of a person", plural="plausible ages",
        values="age", types=NUMBERS, exact=True, needs_person=True,
        names={
            "en": "age, age years, age in years", "de": "lebensalter", "es": "edad", "it": "eta", "nl": "leeftijd",
            "pt": "idade", "pl": "wiek",
        },
        name_only=0.55, both=0.75, share=0.95,
    ),
    Rule(
        id="passport", category="passport", classification="pii.government_id",
        label="passport number", plural="like passport numbers", values="document number", types=TEXT | NUMBERS,
        names={
            "en": "passport, passport number, passport no, passport num",
            "de": "reisepass, passnummer, reisepassnummer",
            "fr": "passeport, numero de passeport, numero passeport", "es": "pasaporte, numero de pasaporte",
            "it": "passaporto, numero passaporto", "nl": "paspoort, paspoortnummer",
            "pt": "passaporte, numero do passaporte", "pl": "paszport, numer paszportu",
        },
        name_only=0.7, both=0.93, share=0.7, exact=True,
    ),
    Rule(
        id="driving-licence", category="driving licence", classification="pii.government_id",
        label="driving licence number", plural="like licence numbers", values="document number", types=TEXT | NUMBERS,
        names={
            "en": "driver license, drivers license, driver licence, driving licence, drivers licence, driving license, "
                  "driver license number, drivers license number, driving licence number, dl number, driver license no",
            "de": "fuhrerschein, fuhrerscheinnummer, fuehrerscheinnummer, fuehrerschein",
            "fr": "permis de conduire, numero permis de conduire", "es": "licencia de conducir, carnet de conducir",
            "it": "patente, patente di guida, numero patente", "nl": "rijbewijs, rijbewijsnummer",
            "pt": "carta de conducao, cnh, numero cnh", "pl": "prawo jazdy, numer prawa jazdy",
        },
        name_only=0.7, both=0.92, share=0.7, exact=True,
    ),
    Rule(
        id="national-id", category="national id", classification="pii.government_id",
        label="national identity number", plural="like document numbers", values="document number",
        types=TEXT | NUMBERS,
        names={
            "en": "national id, national id number, identity card number, id card number, national identity number, "
                  "identity document number, government id, national identification number, id card no, "
                  "personal id number",
            "de": "personalausweis, ausweisnummer, personalausweisnummer, rentenversicherungsnummer",
            "fr": "carte d identite, numero carte identite, numero cni, cni", "es": "cedula, cedula de identidad",
            "it": "carta d identita, numero carta identita", "nl": "identiteitskaart, identiteitskaartnummer",
            "pt": "carteira de identidade, cartao de cidadao, numero rg",
            "pl": "dowod osobisty, numer dowodu, seria dowodu",
        },
        name_only=0.7, both=0.9, share=0.7, exact=True,
    ),
    Rule(
        id="tax-id", category="national id", classification="pii.government_id",
        label="tax number of a person", plural="like tax numbers", values="document number", types=TEXT | NUMBERS,
        exact=True, needs_person=True,
        names={
            "en": "tax id, tax number, tin, tax identification number, taxpayer id, itin",
            "de": "steuernummer, steuernr",
            "fr": "numero fiscal, nif", "es": "nif, numero de identificacion fiscal", "it": "cf",
            "nl": "fiscaal nummer", "pt": "nif, numero de contribuinte, contribuinte", "pl": "nip osoby",
        },
        name_only=0.6, both=0.85, share=0.7,
    ),
    Rule(
        id="licence-plate", category="licence plate", classification="pii",
        label="licence plate", plural="like licence plates", values="plate",
        names={
            "en": "license plate, licence plate, number plate, plate number, license plate number, "
                  "vehicle registration number",
            "de": "kfz kennzeichen, nummernschild, autokennzeichen, amtliches kennzeichen",
            "fr": "plaque d immatriculation, immatriculation, plaque immatriculation",
            "es": "matricula vehiculo, placa vehiculo", "it": "targa", "nl": "kenteken",
            "pt": "placa do veiculo, placa veiculo", "pl": "numer rejestracyjny, tablica rejestracyjna",
        },
        name_only=0.6, both=0.9, share=0.7,
    ),
    Rule(
        id="device-id", category="device id", classification="pii", label="identifier of somebody's device",
        plural="valid IMEIs", values="imei", types=TEXT | NUMBERS, exact=True,
        names={"en": "imei, imei number, imei no"}, name_only=0.6, both=0.9, share=0.8,
    ),
)  # fmt: skip
