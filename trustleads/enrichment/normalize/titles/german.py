"""German titles, of Austria and Switzerland too."""

from __future__ import annotations

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.vocabulary import Head, Language

GERMAN = Language(
    head=Head.FIRST,
    nouns={
        Seniority.OWNER: """
            Inhaber, Inhaberin, Firmeninhaber, Firmeninhaberin, Geschäftsinhaber, Geschäftsinhaberin, Mitinhaber,
            Mitinhaberin, Gründer, Gründerin, Mitgründer, Mitgründerin, Firmengründer, Eigentümer, Eigentümerin,
            Gesellschafter, Gesellschafterin, geschäftsführender Gesellschafter, geschäftsführende Gesellschafterin,
            Unternehmer, Unternehmerin, Gesellschafter-Geschäftsführer, Selbstständiger Unternehmer, Teilhaber,
            Teilhaberin, Partnerin
        """,
        Seniority.C_LEVEL: """
            Geschäftsführer, Geschäftsführerin, Geschäftsführung, GF, Geschäftsleitung, Geschäftsleiter,
            Geschäftsleiterin, Mitglied der Geschäftsleitung, Mitglied der Geschäftsführung, Mitglied des Vorstands,
            Mitglied des Vorstandes, Vorstand, Vorständin, Vorstandsmitglied, Vorstandsvorsitzender,
            Vorstandsvorsitzende, Vorstandssprecher, Vorstandssprecherin, Sprecher der Geschäftsführung, Sprecherin
            der Geschäftsführung, Vorsitzender der Geschäftsführung, Vorsitzende der Geschäftsführung,
            Generaldirektor, Generaldirektorin, Finanzvorstand, Vertriebsvorstand, Personalvorstand, Technikvorstand,
            Verwaltungsrat, Verwaltungsrätin, Verwaltungsratspräsident, Aufsichtsrat, Aufsichtsrätin, Präsident,
            Präsidentin, Alleingeschäftsführer, Hauptgeschäftsführer, Hauptgeschäftsführerin, CEO Geschäftsführer,
            Alleinvorstand
        """,
        Seniority.VP: "Vizepräsident, Vizepräsidentin",
        Seniority.DIRECTOR: "Direktor, Direktorin, Direktion, Prokurist, Prokuristin, Handlungsbevollmächtigter",
        Seniority.HEAD: """
            Leiter, Leiterin, Leitung, Abteilungsleiter, Abteilungsleiterin, Bereichsleiter, Bereichsleiterin,
            Hauptabteilungsleiter, Ressortleiter, Ressortleiterin, kaufmännischer Leiter, kaufmännische Leiterin,
            kaufmännische Leitung, technischer Leiter, technische Leiterin, technische Leitung, Chefarzt, Chefärztin,
            Niederlassungsleiter, Niederlassungsleiterin, Werkleiter, Werksleiter, HR-Chef, HR-Chefin, IT-Chef,
            IT-Chefin, Regionalleiter, Regionalleiterin, Schulleiter, Schulleiterin, Betriebsleiter
        """,
        Seniority.MANAGER: """
            Managerin, Teamleiter, Teamleiterin, Teamleitung, Gruppenleiter, Gruppenleiterin, Projektleiter,
            Projektleiterin, Projektleitung, Schichtleiter, Schichtleiterin, Filialleiter, Filialleiterin,
            Marktleiter, Marktleiterin, Bauleiter, Bauleiterin, Küchenchef, Küchenchefin, Stationsleitung,
            Vorarbeiter, Vorarbeiterin, Meister, Industriemeister, Polier, Hotelmanager, Fachgebietsleiter,
            Sachgebietsleiter, Gruppenführer, Teilprojektleiter, Teilprojektleiterin
        """,
        Seniority.SENIOR: "Oberarzt, Oberärztin, leitender Ingenieur, leitende Ingenieurin, leitender Angestellter",
        Seniority.STAFF: """
            Sachbearbeiter, Sachbearbeiterin, Sachbearbeitung, Mitarbeiter, Mitarbeiterin, Referent, Referentin,
            Angestellter, Angestellte, Berater, Beraterin, Entwickler, Entwicklerin, Ingenieur, Ingenieurin,
            Techniker, Technikerin, Einkäufer, Einkäuferin, Verkäufer, Verkäuferin, Buchhalter, Buchhalterin,
            Kaufmann, Kauffrau, Spezialist, Spezialistin, Koordinator, Koordinatorin, Arzt, Ärztin, Anwalt, Anwältin,
            Rechtsanwalt, Rechtsanwältin, Jurist, Juristin, Lehrer, Lehrerin, Dozent, Dozentin, Fachkraft,
            Administrator, Administratorin, Konstrukteur, Konstrukteurin, Disponent, Disponentin, Lagerist, Monteur,
            Elektriker, Mechaniker, Mechatroniker, Programmierer, Programmiererin, Analystin, Beauftragter,
            Beauftragte, Experte, Expertin, Fahrer, Pfleger, Pflegerin, Krankenpfleger, Krankenpflegerin,
            Krankenschwester, Controllerin, Trainerin, Redakteur, Redakteurin, Außendienst, Innendienst, Empfang,
            Wirtschaftsprüfer, Steuerberater, Architektin, Designerin, Stratege, Chemiker, Physiker,
            wissenschaftlicher Mitarbeiter, wissenschaftliche Mitarbeiterin,
            Freiberufler, Handelsvertreter, Student, Studentin, Assistentin der Geschäftsführung, Mitglied, Chef
        """,
        Seniority.INTERN: """
            Praktikant, Praktikantin, Praktikum, Werkstudent, Werkstudentin, Auszubildender, Auszubildende, Azubi,
            Lehrling, Lernender, Lernende, dualer Student, duale Studentin, duales Studium, Hospitant, Volontär,
            Volontärin
        """,
    },
    helpers="""
        Assistent, Assistentin, Assistenz, Teamassistenz, Teamassistentin, Vorstandsassistent, Vorstandsassistentin,
        Vorstandsassistenz, Geschäftsführungsassistenz, Direktionsassistentin, Sekretär, Sekretärin, Sekretariat,
        Chefsekretärin, Chefassistentin
    """,
    adjectives={
        Seniority.SENIOR: "leitende, leitender, erfahrener",
        Seniority.JUNIOR: "Nachwuchs, Berufseinsteiger",
    },
    departments={
        Department.SALES: """
            Vertrieb, Verkauf, Außendienst, Innendienst, Vertriebsinnendienst, Verkäufer, Verkäuferin,
            Handelsvertreter, Kundenberater, Kundenberaterin, Key-Account, Akquise, Vertriebsingenieur,
            Vertriebsaußendienst, Gebietsleiter, Filiale, Handel, Absatz
        """,
        Department.MARKETING: """
            Werbung, Öffentlichkeitsarbeit, Kommunikation, Unternehmenskommunikation, Presse, Redakteur, Redakteurin
        """,
        Department.FINANCE: """
            Finanzen, Rechnungswesen, Buchhaltung, Finanzbuchhaltung, Buchhalter, Buchhalterin, Steuern,
            Steuerberater, Lohn, Gehalt, Wirtschaftsprüfer, Controllerin, Bilanzbuchhalter, Bilanzbuchhalterin,
            Treasury, Finanzvorstand, kaufmännischer Leiter, kaufmännische Leiterin, kaufmännische Leitung, Finanz,
            Revision, Versicherung
        """,
        Department.HR: """
            Personal, Personalwesen, Personalabteilung, Personalentwicklung, Personalvorstand, Ausbildung,
            Recruiterin, Personaler, Personalerin, Leiter Personal, Personal und Organisation
        """,
        Department.IT: """
            EDV, Informatik, Systemadministrator, Systemadministratorin, Netzwerkadministrator,
            Informationssicherheit, IT-Sicherheit, Fachinformatiker, Fachinformatikerin, Anwendungsbetreuer,
            Digitalisierung, Rechenzentrum
        """,
        Department.ENGINEERING: """
            Softwareentwicklung, Software-Entwickler, Entwickler, Entwicklerin, Konstruktion, Konstrukteur,
            Konstrukteurin, Technik, Programmierer, Programmiererin, Anwendungsentwicklung, technischer Leiter,
            technische Leiterin, technische Leitung, Technikvorstand, Maschinenbau, Elektrotechnik,
            Entwicklungsingenieur
        """,
        Department.PRODUCT: "Produktmanagement, Produkt, Produktmanager, Produktmanagerin",
        Department.DESIGN: "Gestaltung, Mediengestalter, Mediengestalterin, Grafiker, Grafikerin, Designerin, Grafik",
        Department.DATA: "Daten, Datenanalyst, Datenanalystin, Statistik, Statistiker",
        Department.OPERATIONS: "Betriebsorganisation, Prozessmanagement, Liegenschaften, Gebäudemanagement",
        Department.PURCHASING: """
            Einkauf, Einkäufer, Einkäuferin, Beschaffung, Materialwirtschaft, strategischer Einkauf
        """,
        Department.LOGISTICS: """
            Logistik, Lager, Versand, Spedition, Disposition, Disponent, Disponentin, Lagerist, Fuhrpark, Zoll,
            Transport
        """,
        Department.PRODUCTION: """
            Produktion, Fertigung, Werk, Werkleiter, Werksleiter, Montage, Instandhaltung, Arbeitsvorbereitung,
            Monteur, Mechaniker, Mechatroniker, Elektriker, Industriemeister, Meister, Bauleiter, Bauleiterin, Polier,
            Bau, Schichtleiter, Vorarbeiter
        """,
        Department.QUALITY: """
            Qualität, Qualitätssicherung, Qualitätsmanagement, QM, QS, Arbeitssicherheit, Umwelt, Nachhaltigkeit
        """,
        Department.RESEARCH: """
            Forschung, F&E, Labor, Forschung und Entwicklung, Chemiker, Physiker, wissenschaftliche Mitarbeiterin,
            wissenschaftlicher Mitarbeiter,
            Wissenschaftler
        """,
        Department.LEGAL: """
            Recht, Rechtsabteilung, Rechtsanwalt, Rechtsanwältin, Anwalt, Anwältin, Jurist, Juristin, Syndikus,
            Datenschutz, Datenschutzbeauftragter, Datenschutzbeauftragte, Notar, Patentanwalt, Justiziar
        """,
        Department.SUPPORT: """
            Kundendienst, Kundenservice, Kundenbetreuer, Kundenbetreuerin, Kundenbetreuung, Servicetechniker,
            Reklamation
        """,
        Department.CONSULTING: "Beratung, Unternehmensberater, Unternehmensberaterin, Unternehmensberatung",
        Department.ADMINISTRATION: """
            Sekretariat, Sekretärin, Sekretär, Assistenz, Teamassistenz, Teamassistentin, Verwaltung, Empfang, Büro,
            Chefsekretärin, Assistentin der Geschäftsführung, Assistent der Geschäftsführung, Assistenz der
            Geschäftsführung, Office Managerin, Assistentin der Geschäftsleitung, Assistenz der Geschäftsleitung,
            Vorstandsassistentin, Vorstandsassistent, Vorstandsassistenz, Geschäftsführungsassistenz,
            Direktionsassistentin, Bürokauffrau, Bürokaufmann, Poststelle
        """,
        Department.EDUCATION: """
            Lehrer, Lehrerin, Dozent, Dozentin, Schule, Schulleiter, Schulleiterin, Bildung, Weiterbildung, Trainerin,
            Pädagoge
        """,
        Department.HEALTH: """
            Arzt, Ärztin, Pflege, Pfleger, Pflegerin, Krankenpfleger, Krankenpflegerin, Krankenschwester, Chefarzt,
            Chefärztin, Oberarzt, Oberärztin, Klinik, Apotheker, Apothekerin, Pflegedienst
        """,
    },
    weak={
        Department.MANAGEMENT: """
            Geschäftsführung, Geschäftsleitung, Vorstand, Unternehmensentwicklung, Strategie, Niederlassungsleiter,
            Niederlassungsleiterin, Direktion, Prokurist, Prokuristin
        """,
        Department.OPERATIONS: """
            Betrieb, Organisation, Projektleiter, Projektleiterin, Projektleitung, Projektmanagement, Betriebsleiter,
            Prozesse
        """,
        Department.ENGINEERING: "Ingenieur, Ingenieurin, Techniker, Technikerin, Entwicklung",
        Department.CONSULTING: "Berater, Beraterin",
        Department.ADMINISTRATION: "Assistent, Assistentin, Sachbearbeiter, Sachbearbeiterin",
        Department.FINANCE: "kaufmännisch, kaufmännischer, kaufmännische",
        Department.SUPPORT: "Kunden",
    },
    openers="der, des, für, im, von, zur, zum, bei, beim",
    endings={
        Seniority.C_LEVEL: "vorstand, geschäftsführer, geschäftsführerin",
        Seniority.DIRECTOR: "direktor, direktorin",
        Seniority.HEAD: "leiter, leiterin, leitung, chef, chefin, verantwortlicher, verantwortliche",
        Seniority.MANAGER: "manager, managerin, meister",
        Seniority.STAFF: """
            referent, referentin, sachbearbeiter, sachbearbeiterin, mitarbeiter, mitarbeiterin, berater, beraterin,
            entwickler, entwicklerin, entwicklung, ingenieur, ingenieurin, assistent, assistentin, assistenz,
            techniker, technikerin, kaufmann, kauffrau, fachkraft, spezialist, spezialistin, koordinator,
            koordinatorin, beauftragter, beauftragte, experte, expertin, controller, controllerin, architekt,
            architektin, planer, planerin, disponent, disponentin, betreuer, betreuerin, administrator,
            administratorin, analyst, analystin, designer, designerin, administration, einkäufer, einkäuferin,
            verkäufer, verkäuferin, buchhalter, buchhalterin, wesen, abteilung, management, dienst, team, sekretärin
        """,
    },
    stems={
        Department.SALES: """
            vertrieb, verkauf, absatz, gebiets, filial, aussendienst, innendienst, export, key account, sales,
            regional
        """,
        Department.MARKETING: "marketing, werbe, presse, kommunikation, medien, marken, event, online marketing",
        Department.FINANCE: """
            finanz, buchhaltung, rechnung, steuer, lohn, controlling, bilanz, kredit, versicherung, treasury
        """,
        Department.HR: "personal, ausbildung, recruiting, hr",
        Department.IT: """
            it, edv, system, netzwerk, informatik, sap, datenbank, applikation, anwendung, security, cloud
        """,
        Department.ENGINEERING: """
            software, entwicklung, konstruktion, technik, web, elektro, maschinen, frontend, backend, java, hardware
        """,
        Department.PRODUCT: "produkt",
        Department.DESIGN: "design, grafik, kreativ",
        Department.DATA: "daten, data, statistik",
        Department.OPERATIONS: "facility",
        Department.PURCHASING: "einkauf, beschaffung, material",
        Department.LOGISTICS: "logistik, lager, versand, transport, speditions, fuhrpark, zoll, supply chain",
        Department.PRODUCTION: """
            produktions, fertigung, montage, werks, instandhaltung, schicht, bau, industrie, betriebsmittel
        """,
        Department.QUALITY: "qualität, umwelt, sicherheit, nachhaltigkeit, prüf",
        Department.RESEARCH: "forschung, labor",
        Department.LEGAL: "rechts, vertrags, datenschutz, patent, compliance",
        Department.SUPPORT: "kundendienst, kundenservice, service, support, reklamation, kunden",
        Department.CONSULTING: "unternehmensberat",
        Department.ADMINISTRATION: "büro, office, verwaltung",
        Department.EDUCATION: "schul, bildung, lehr",
        Department.HEALTH: "pflege, klinik, medizin, apotheken",
    },
)
