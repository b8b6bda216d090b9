"""What is nobody's business: sex, health, belief (GDPR article 9 and what people treat alike)."""

from harvest.pii.model import NUMBERS, TEXT, Rule

SPECIAL_RULES = (
    Rule(
        id="gender", category="gender", classification="pii", label="gender", plural="genders", values="gender",
        types=TEXT | NUMBERS, exact=True, needs_person=True,
        names={
            "en": "gender, sex, gender code, sex code, gender identity", "de": "geschlecht", "fr": "sexe, genre",
            "es": "sexo, genero", "it": "sesso, genere", "nl": "geslacht", "pt": "sexo, genero", "pl": "plec",
            "sv": "kon",
        },
        name_only=0.65, both=0.9, share=0.8,
    ),
    Rule(
        id="marital-status", category="marital status", classification="pii", label="marital status", plural="words",
        values="words", types=TEXT, exact=True, needs_person=True,
        names={
            "en": "marital status, civil status", "de": "familienstand, zivilstand",
            "fr": "situation familiale, etat civil",
            "es": "estado civil", "it": "stato civile", "nl": "burgerlijke staat", "pt": "estado civil",
            "pl": "stan cywilny",
        },
        name_only=0.65, both=0.85, share=0.7,
    ),
    Rule(
        id="nationality", category="nationality", classification="pii", label="nationality", plural="words",
        values="words", exact=True, needs_person=True,
        names={
            "en": "nationality, citizenship", "de": "staatsangehorigkeit, staatsangehoerigkeit, nationalitat",
            "fr": "nationalite", "es": "nacionalidad", "it": "nazionalita, cittadinanza", "nl": "nationaliteit",
            "pt": "nacionalidade", "pl": "obywatelstwo, narodowosc",
        },
        name_only=0.65, both=0.85, share=0.7,
    ),
    Rule(
        id="belief-or-origin", category="special category", classification="pii.special",
        label="belief, origin or orientation", plural="words", values="words", exact=True, needs_person=True,
        names={
            "en": "religion, religious affiliation, ethnicity, ethnic group, ethnic origin, race, sexual orientation, "
                  "political affiliation, political opinion, trade union membership, union membership",
            "de": "konfession, religionszugehorigkeit, ethnische herkunft, gewerkschaft, sexuelle orientierung",
            "fr": "origine ethnique, orientation sexuelle, opinion politique, syndicat",
            "es": "etnia, raza, orientacion sexual, religion", "it": "religione, etnia, orientamento sessuale",
            "nl": "geloof, etniciteit, geaardheid, godsdienst", "pt": "religiao, etnia, raca, orientacao sexual",
            "pl": "wyznanie, religia, pochodzenie etniczne",
        },
        name_only=0.7, both=0.88, share=0.7,
    ),
    Rule(
        id="health", category="health", classification="pii.health", label="health of a person", plural="words",
        values="words", exact=True, needs_person=True,
        names={
            "en": "diagnosis, diagnosis code, diagnoses, icd code, icd10, icd 10 code, icd10 code, blood type, "
                  "blood group, "
                  "allergies, allergy, medical history, medical condition, medical conditions, disability, medication, "
                  "medications, prescription, hiv status, primary diagnosis, chronic conditions, symptoms, "
                  "vaccination status",
            "de": "diagnose, blutgruppe, allergien, krankheit, vorerkrankungen, medikation, behinderung, "
                  "schwerbehinderung, "
                  "diagnoseschlussel",
            "fr": "diagnostic, groupe sanguin, allergies, maladie, antecedents medicaux, handicap, traitement medical",
            "es": "diagnostico, grupo sanguineo, alergias, enfermedad, discapacidad, historial medico",
            "it": "diagnosi, gruppo sanguigno, allergie, malattia, disabilita",
            "nl": "diagnose, bloedgroep, allergieen, ziekte, handicap",
            "pt": "diagnostico, grupo sanguineo, tipo sanguineo, alergias, doenca, deficiencia",
            "pl": "diagnoza, rozpoznanie, grupa krwi, alergie, choroba, niepelnosprawnosc",
        },
        name_only=0.7, both=0.88, share=0.7,
    ),
    Rule(
        id="health-number", category="health", classification="pii.health",
        label="number of a patient or insured person", plural="like document numbers", values="document number",
        types=TEXT | NUMBERS, exact=True,
        names={
            "en": "medical record number, mrn, health insurance number, medicare number, patient record number, "
                  "health card number",
            "de": "krankenversichertennummer, krankenversicherungsnummer, kvnr, versichertennummer",
            "fr": "numero dossier medical, numero de dossier medical", "es": "numero de historia clinica",
            "it": "tessera sanitaria, numero tessera sanitaria", "nl": "zorgverzekeringsnummer, patientnummer",
            "pt": "cartao sus, numero do cartao sus", "pl": "numer karty pacjenta",
        },
        name_only=0.7, both=0.9, share=0.7,
    ),
)  # fmt: skip
