"""The word lists that name rules are made of; every list is looked up by ``key``.

A list says what a word *may* be; where it may be that (front, end, alone) is decided in ``cells`` and ``full``.
"""

# ruff: noqa: RUF001 - words of other scripts are what this file is about

from __future__ import annotations


def key(word: str) -> str:
    """Give the spelling under which a word is looked up: no dots, no case."""
    return word.replace(".", "").casefold()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Stand in front of a name. With or without a dot, in any case.
HONORIFICS = _words("""
    mr mrs ms miss mx mister madam sir dame lady lord messrs
    dr dra drs prof profa professor professorin univ-prof priv-doz rev reverend capt captain sgt atty
    herr herrn frau fräulein dipl dipl-ing dipl-kfm dipl-kffr dipl-inf dipl-inform dipl-wirt-ing dipl-wirting
    dipl-betriebsw dipl-volksw dipl-phys dipl-chem dipl-math dipl-psych dipl-oec dipl-jur dr-ing ddr mmag
    monsieur madame mademoiselle mme mmes mlle mlles mgr maître docteur professeur
    señor señora señorita srta dña doña licda
    signor signora signorina sigra sigrina dott dottore dottssa dottoressa avv profssa ingegner arch geom
    senhor senhora exmo exma dhr mevr mevrouw meneer fru
    judr mudr rndr phdr paeddr thdr mddr mvdr
    shri smt kumari
    г-н г-жа господин госпожа д-р проф пан пані
    κος κα κύριος κυρία δρ καθ
    السيد السيدة الدكتور الدكتورة المهندس الأستاذ
    श्री श्रीमती डॉ
""")

# The same, but these are names or initials too: only with the dot ("Ing. Novak", but "Ing Smith").
DOTTED_HONORIFICS = _words("""
    fr hr hon gen col maj lt mag lic arq ing m me pr ra sig sr sra da d ir mw bc inż hab pd rag on sn
    د م أ κ
""")

# Degree words that follow "Dr."; only in lower case and with the dot ("Dr. phil. Weber", but "Dr. Phil Weber").
DEGREES = _words("med jur phil rer nat pol oec habil vet dent theol techn publ h c hc mult iur mont agr ing")

# Stand behind a name. Upper case, title case or with dots.
SUFFIXES = _words("""
    jr jnr snr ii iii iv phd dphil mba emba msc bsc meng beng mphil llm llb mpa
    esq esquire cpa cfa pmp dds dvm md edd psyd pharmd mph obe mbe cbe cissp shrm-cp phr sphr
    csc drsc acca cima fcca mciarb frsa frcs bcom mcom
""")

# The same, but these are names or initials too: only with inner dots ("M.A.") or behind a comma (", MA").
DOTTED_SUFFIXES = _words("ba ma bs ms jd do rn pe ca ra fh be mp qc kc sr aia dc np lcsw cma cfp pa")

# Given names cut short, written with a dot.
SHORTENED = _words("chr geo jos jas fco fdo alex wm")

# Particles: join the word behind them to one surname, and are written small when the name has to be re-cased.
PARTICLES = _words("""
    van von vom zu zum zur der den dem des de da do dos das di du del bin bint binti binte ibn
    ter ten te tot af av aan 't 's op auf und
    بن ابن بنت
""")

# The same, but usually written with a capital.
CAPITAL_PARTICLES = _words("""
    della delle dello dei degli dalla dal la las le les lo los li
    el al abu abou abd abdul ben bat mac mc saint st san santa
    ní ó uí nic آل
""")

JOINERS = PARTICLES | CAPITAL_PARTICLES
SMALL_AFTER_DE = _words("la las los les")  # "de la Cruz"

# Stand between the two halves of a surname, and stay small ("Ortega y Gasset").
CONJUNCTIONS = _words("y e i")

# In front of an apostrophe that is followed by a capital ("O'Brien", "Dell'Acqua", but "Sa'id").
ELISIONS = _words("o d l m n j k q s z dell dall sant all nell degl")

# In front of a hyphen, written small ("al-Rashid").
ARTICLES = _words("al el ar as ash at ad an az")

# Inside a double name ("Saint-Jean-de-Luz"), written small.
INNER = _words("de du la le les et sur en der von van")

# Words in "Mac" whose usual spelling has a second capital; the others ("Mackey", "Macron") are left alone.
MACS = _words("macdonald macgregor macleod macarthur macdougall macpherson macintyre macmillan macneil macnamara")

# Two capitals in a mixed-case name that are a surname and no initials ("LI Wei", but "TJ Miller").
SHORT_SURNAMES = _words("li wu xu hu he ma yu lu du ye fu ng su qi xi bo ho ko oh an ha yi to ly vo do le")

# Family names that are nobody's given name: at the front of a full name they say that the family name is first.
FAMILY_FIRST = _words("""
    nguyen nguyễn tran trần pham phạm huynh huỳnh vuong vương truong trương luong lương
    zhang zhao zhou huang zheng xiao zeng jiang tsai hsieh hsu chang cheung kwok leung
    choi jeong jung kwon hwang seo
""")

# Surnames so common in Spanish and Portuguese that they mark the first of two surnames. Names in -ez need no entry.
IBERIAN = _words("""
    garcia ruiz diaz moreno munoz alonso romero navarro torres ramos gil serrano blanco molina morales ortega
    delgado castro ortiz rubio marin sanz iglesias medina garrido cortes castillo santos guerrero lozano cano prieto
    cruz calvo vidal leon marquez herrera flores cabrera campos vega fuentes carrasco reyes rojas vargas mendoza
    fuente acosta silva ortuno aguilar rivera rios mora soto luna
    souza sousa ferreira pereira oliveira costa almeida carvalho gomes ribeiro martins rodrigues lopes soares
    fernandes vieira barbosa rocha dias nunes marques mendes freitas cardoso teixeira moreira correia pinto araujo
    alves melo
""")

# Say that there is no name.
NO_NAME_PHRASES = frozenset(
    {
        "no name",
        "not available",
        "not provided",
        "not applicable",
        "not known",
        "keine angabe",
        "ohne namen",
        "first name",
        "last name",
        "full name",
        "your name",
        "sin nombre",
        "sans nom",
        "non disponibile",
    }
)

# Never a name.
JUNK = (
    _words("""
    asdf qwerty qwertz azerty unknown unbekannt inconnu desconocido desconocida sconosciuto anonymous anonym anonimo
    anonyme noname nobody firstname lastname fullname surname username vorname nachname prenom prénom apellido apellidos
    cognome tbd tba xx xxx yyy zzz abc abcd abcdef xyz n/a n.a. k.a. #n/a undefined lorem ipsum blah blabla
""")
    | NO_NAME_PHRASES
)

# Placeholders that are real names as well: taken for a name only beside one that is not in this list.
DOUBTFUL = _words("""
    test tester testing null none nil na nan void user demo sample example dummy fake foo bar baz name first last
    client customer kunde contact lead admin account guest company x y z nombre nom
""")

# Functions, not people: an address "sales.team@" gives no name.
FUNCTIONS = _words("""
    info sales team office hr marketing service services support customer contact admin no reply noreply news
    newsletter billing accounts accounting invoice invoices jobs job career careers help helpdesk desk hello mail
    email e-mail web webmaster postmaster hostmaster master shop store order orders press media legal privacy
    security finance it tech dev ops operations purchasing procurement hiring recruiting events event partner
    partners feedback general central head front reception booking bookings reservation reservations group the
    buchhaltung vertrieb kundenservice kundendienst bewerbung presse einkauf verkauf personal rechnung rechnungen
    verwaltung zentrale geschaeftsleitung kontakt versand lager anfrage
    ventas compras rrhh comercial administracion contabilidad clientes atencion contacto recepcion
    direction compta comptabilite commercial achats accueil secretariat rh recrutement facturation
    ufficio acquisti vendite amministrazione segreteria commerciale risorse umane clienti assistenza
""")

_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn")
_REAL_RUNS = _words("wert trew azer zert")  # surnames and given names that happen to lie side by side
_TRIPLES = _words("asd sdf dfg fgh ghj hjk jkl qwe zxc yxc xcv cvb vbn bnm")
LONGEST_CELL = 300  # characters of a cell that may be a name: what is longer is not read
LONGEST_JUNK = 24  # letters; a longer word is not looked up by the whole-column path


def _runs() -> frozenset[str]:
    """List the neighbours on a keyboard, four letters and more, in both directions."""
    lines = [line for row in _KEYBOARD_ROWS for line in (row, row[::-1])]
    parts = {line[i:j] for line in lines for i in range(len(line)) for j in range(i + 4, len(line) + 1)}
    return frozenset(parts) - _REAL_RUNS


def _repeats() -> frozenset[str]:
    """List one ASCII letter three times and more, and keyboard pieces struck again and again ("asdasd")."""
    letters = {chr(97 + i) * n for i in range(26) for n in range(3, LONGEST_JUNK + 1)}
    pieces = _TRIPLES | {"asdf", "qwer"}
    struck = {piece * n for piece in pieces for n in range(2, LONGEST_JUNK // len(piece) + 1)}
    return frozenset(letters | struck)


NONSENSE = JUNK | _runs() | _repeats() | _TRIPLES
