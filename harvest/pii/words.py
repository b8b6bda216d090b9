"""Words of column and table names that decide what the rest of the name means."""

LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "sv": "Swedish",
    "da": "Danish",
    "fi": "Finnish",
}
COMPOUNDING = frozenset(["de", "nl", "sv", "da"])  # languages that write "privattelefonnummer" in one word

# Beside one of these a name is about something else: how many, of which kind, whether.
ABOUT_SOMETHING_ELSE = frozenset(
    """
    count cnt counter total sum avg average mean median min max rate ratio rating score rank ranking percent pct
    type typ kind category class status state flag is has had can should allow allows allowed enable enabled
    disabled disable verified verify verification valid validated validation confirmed confirmation required needed
    missing null present exists sent send opened bounced clicked delivered optin optout opt consent consented
    subscribed unsubscribed subscription template subject body domain provider carrier operator model brand vendor
    manufacturer format regex pattern mask length len size hash hashed md5 sha sha1 sha256 changed change updated update
    created modified deleted at date time timestamp ts expiry expires expire expiration expired policy reset attempts
    attempt tries failures discount bonus campaign event reminder source country language lang locale label title
    description desc note notes comment column field table file filename document product item article schema config
    setting settings queue server version index position limit quota price cost fee currency preference preferences
    pref frequency id ids fk pk uuid guid url uri link path icon image img color colour duration calls call app
    platform os device browser screen service system group team department org organization organisation
    company firm firma store shop branch plant warehouse supplier
    anzahl art stand gesendet bestatigt gultig datum land quelle vorlage kategorie
    quantite statut modele valide envoye pays
    cantidad tipo estado fecha pais modelo valido plantilla empresa producto archivo
    stato quantita paese modello azienda prodotto
    aantal soort bedrijf bestand
    quantidade produto arquivo
    liczba rodzaj kraj produkt plik ilosc
    """.split()  # noqa: SIM905
)

# These leave the meaning as it is.
NEUTRAL = frozenset(
    """
    number numbers nummer numero num nr no nb value values val wert text txt str string raw clean cleaned normalized
    normalised norm lower upper full primary secondary main alt alternative alternate other home work private privat
    prive privado business personal mobile day night old new current previous former encrypted enc plain original
    orig of the de del della du des la le do da van von et and international intl local latin native address addr
    adresse contact kontakt contacto contatto legal line billing shipping delivery mailing postal permanent emergency
    rechnung lieferung livraison facturation column_ col f fld s txt_ in
    """.split()  # noqa: SIM905
)

# Somebody: a table named after one is about people, and a key named after one ties a row to a person.
PERSON = frozenset(
    """
    person people persons individual user users customer customers client clients patient patients employee employees
    staff worker workers member members student students pupil pupils teacher teachers subscriber subscribers contact
    contacts applicant applicants candidate candidates passenger passengers guest guests driver drivers
    citizen citizens resident residents voter voters donor donors beneficiary beneficiaries insured policyholder
    policyholders cardholder cardholders holder consumer consumers visitor visitors participant
    participants attendee attendees doctor doctors physician physicians nurse nurses lead leads crew
    personnel profile profiles recipient recipients sender child children parent parents spouse
    kunde kunden mitarbeiter mitarbeitende mitarbeiterin patient patienten nutzer benutzer personen mitglied mitglieder
    schuler studierende bewerber fahrgast versicherte versicherter ansprechpartner einwohner burger
    utilisateur utilisateurs salarie salaries employe employes personne personnes adherent adherents eleve eleves
    usager usagers assure assures
    usuario usuarios cliente clientes empleado empleados paciente pacientes persona personas alumno alumnos trabajador
    trabajadores socio socios
    utente utenti clienti dipendente dipendenti paziente pazienti persone studente studenti
    gebruiker gebruikers klant klanten medewerker medewerkers patienten leden lid persoon personen werknemer werknemers
    usuarios funcionario funcionarios pessoa pessoas aluno alunos
    uzytkownik uzytkownicy klient klienci pracownik pracownicy pacjent pacjenci osoba osoby
    kund kunder anvandare anstalld anstallda
    """.split()  # noqa: SIM905
)
KEYS = frozenset(["id", "key", "no", "number", "nr", "nummer", "uuid", "ref", "sk", "code"])

# Phrases that are common words or abbreviations of other things too: they count only where the values fit.
AMBIGUOUS = frozenset(
    """
    run sin pps nir rut pan mel rib nie cf via str cell cep cni cpr avs idnr targa pseudo titular placa tin gsm poczta
    """.split()  # noqa: SIM905
)
