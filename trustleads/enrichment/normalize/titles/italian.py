"""Italian titles."""

from __future__ import annotations

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.vocabulary import Head, Language

ITALIAN = Language(
    head=Head.FIRST,
    nouns={
        Seniority.OWNER: """
            fondatore, fondatrice, cofondatore, cofondatrice, co-fondatore, co-fondatrice, titolare, contitolare,
            proprietario, proprietaria, socio fondatore, socia fondatrice, socio amministratore, socio titolare,
            imprenditore, imprenditrice
        """,
        Seniority.C_LEVEL: """
            amministratore delegato, amministratrice delegata, ad, direttore generale, direttrice generale,
            amministratore unico, amministratrice unica, amministratore, amministratrice, consigliere delegato,
            consigliera delegata, consigliere di amministrazione, membro del consiglio, membro del cda, presidente del
            cda, condirettore generale, vicedirettore generale, vice direttore generale, direttore esecutivo,
            direttrice esecutiva, legale rappresentante
        """,
        Seniority.VP: "vice presidente, vicepresidente",
        Seniority.DIRECTOR: """
            direttore, direttrice, vicedirettore, vicedirettrice, vice direttore, vice direttrice, dirigente,
            direzione, condirettore
        """,
        Seniority.HEAD: """
            capo, capo reparto, caporeparto, capo ufficio, capoufficio, capo area, capoarea, capo contabile, capo
            servizio, capo dipartimento, responsabile di funzione, responsabile di reparto, primario
        """,
        Seniority.MANAGER: """
            responsabile, capo progetto, capoprogetto, caposquadra, capo squadra, capoturno, capo turno, capo
            cantiere, capocantiere, gestore, supervisore, quadro, capogruppo, direttore dei lavori, capo officina,
            capocuoco, coordinatore di reparto, referente di area
        """,
        Seniority.SENIOR: "esperto senior",
        Seniority.STAFF: """
            impiegato, impiegata, addetto, addetta, tecnico, tecnica, tecnico commerciale, ingegnere, ingegnera,
            sviluppatore, sviluppatrice, programmatore, programmatrice, contabile, ragioniere, ragioniera, acquirente,
            venditore, venditrice, commerciale, agente, agente di commercio, consulente, analista, avvocato, avvocata,
            avvocatessa, coordinatore, coordinatrice, operatore, operatrice, operaio, operaia, specialista,
            progettista, disegnatore, disegnatrice, grafico, grafica, architetto, architetta, insegnante, docente,
            professore, professoressa, formatore, formatrice, infermiere, infermiera, medico, farmacista, ricercatore,
            ricercatrice, chimico, chimica, rappresentante, magazziniere, autista, elettricista, meccanico, redattore,
            redattrice, giurista, commercialista, revisore, collaboratore, collaboratrice, referente, dipendente,
            libero professionista, commesso, commessa, direttore artistico, direttrice artistica, direttore creativo,
            studente, studentessa, perito, geometra, cuoco, socio, socia
        """,
        Seniority.INTERN: "tirocinante, stagista, tirocinio, in stage, apprendista, praticante",
    },
    helpers="assistente, assistente di direzione, segretario, segretaria, segretaria di direzione",
    adjectives={
        Seniority.SENIOR: "esperto, esperta, principale",
        Seniority.JUNIOR: "neolaureato, neolaureata",
    },
    departments={
        Department.SALES: """
            vendite, vendita, commerciale, commerciali, venditore, venditrice, agente, agente di commercio, sviluppo
            commerciale, grandi clienti, responsabile export, capo area, capoarea, direttore commerciale, direttrice
            commerciale, negozio, rappresentante, prevendita, punto vendita, commesso, commessa, tecnico commerciale,
            sviluppo business
        """,
        Department.MARKETING: """
            comunicazione, pubblicità, marchio, relazioni pubbliche, ufficio stampa, eventi, contenuti, relazioni
            esterne, redattore, redattrice
        """,
        Department.FINANCE: """
            finanziario, finanziaria, finanza, finanze, contabile, contabilità, ragioniere, ragioniera, tesoreria,
            tesoriere, fiscale, tributario, paghe, revisore, revisione, controllo di gestione, amministrazione e
            finanza, commercialista, fatturazione, amministrazione finanza e controllo, capo contabile, bilancio,
            credito, banca, assicurazioni
        """,
        Department.HR: """
            risorse umane, ru, personale, selezione, selezione del personale, ricerca e selezione, talenti, relazioni
            industriali, reclutamento, sviluppo risorse umane
        """,
        Department.IT: """
            informatica, informatico, sistemi informativi, sistemista, ict, ced, reti, sicurezza informatica,
            tecnologie informatiche, infrastrutture, amministratore di sistema, trasformazione digitale
        """,
        Department.ENGINEERING: """
            ingegnere del software, ingegnere software, sviluppatore, sviluppatrice, programmatore, programmatrice,
            sviluppo software, ufficio tecnico, direttore tecnico, direttrice tecnica, progettista, progettazione,
            meccanica, elettronica, ingegneria, disegnatore, disegnatrice, responsabile tecnico
        """,
        Department.PRODUCT: "prodotto, prodotti",
        Department.DESIGN: """
            grafico, grafica, direttore artistico, direttrice artistica, direttore creativo, creativo, creativa
        """,
        Department.DATA: "dati, analista dati, analista di dati, statistica, statistico, scienziato dei dati",
        Department.OPERATIONS: "servizi generali, direttore operativo, direttrice operativa, immobili",
        Department.PURCHASING: """
            acquisti, acquisto, acquirente, approvvigionamenti, approvvigionamento, fornitori, ufficio acquisti
        """,
        Department.LOGISTICS: """
            logistica, magazzino, magazziniere, trasporti, trasporto, spedizioni, spedizione, autista, distribuzione,
            dogana, catena di fornitura
        """,
        Department.PRODUCTION: """
            produzione, stabilimento, fabbrica, manutenzione, operaio, operaia, officina, cantiere, capo cantiere,
            capocantiere, capo reparto, caporeparto, montaggio, capo officina, caposquadra, capoturno, industriale,
            direttore dei lavori, edilizia
        """,
        Department.QUALITY: """
            qualità, controllo qualità, assicurazione qualità, ambiente, sicurezza, rspp, hse, sostenibilità
        """,
        Department.RESEARCH: """
            ricerca, r&s, ricerca e sviluppo, laboratorio, ricercatore, ricercatrice, chimico, innovazione
        """,
        Department.LEGAL: """
            legale, avvocato, avvocata, avvocatessa, affari legali, ufficio legale, giurista, diritto, conformità,
            notaio, affari societari, protezione dei dati, praticante
        """,
        Department.SUPPORT: """
            assistenza, assistenza clienti, servizio clienti, supporto, supporto tecnico, assistenza tecnica, post
            vendita, postvendita, relazioni con i clienti
        """,
        Department.CONSULTING: "consulenza",
        Department.ADMINISTRATION: """
            segretario, segretaria, segreteria, assistente di direzione, segretaria di direzione, impiegato
            amministrativo, impiegata amministrativa, amministrativo, amministrativa, reception, affari generali,
            centralino
        """,
        Department.EDUCATION: """
            insegnante, docente, professore, professoressa, formazione, formatore, formatrice, scuola, didattica,
            scolastico
        """,
        Department.HEALTH: """
            infermiere, infermiera, medico, farmacista, sanitario, sanitaria, sanità, clinica, primario, salute
        """,
    },
    weak={
        Department.MANAGEMENT: """
            direzione, direzione generale, strategia, sviluppo, filiale, consiglio di amministrazione
        """,
        Department.OPERATIONS: """
            operativo, operativa, operazioni, capo progetto, capoprogetto, progetti, progetto, processi
        """,
        Department.ENGINEERING: "ingegnere, ingegnera, tecnico, tecnica, perito, geometra",
        Department.CONSULTING: "consulente",
        Department.ADMINISTRATION: "assistente, impiegato, impiegata, amministrazione, ufficio",
        Department.SUPPORT: "clienti, cliente, servizio",
        Department.SALES: "area, estero, export",
    },
    openers="di, del, della, dello, dei, degli, delle, dell, d, per, in, al, alla, alle, presso, ai",
)
