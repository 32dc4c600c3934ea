"""Local parts that name a function or a desk and not a person: RFC 2142, and usage in five languages.

Our own list. Left out on purpose: what is also a first or last name, and two letters that are initials more often
than a department (``ar``, ``cs``, ``gf``).
"""

from __future__ import annotations

from trustleads.enrichment.normalize.email.shape import CASELESS_LOCALS

_ENGLISH = """
    information contact contacts contact-us hello hi welcome office offices admin administrator administration
    sales-team sales-department sale presales marketing-team mktg help help-desk helpline service services
    service-desk customer-service customer-services customer-care customer-support customer-relations customers
    customer client clients client-services care support-team tech tech-support technical technical-support billing
    invoice invoices invoicing account accounts account-manager accounting accounts-payable accounts-receivable
    payable payables receivables finance financial payroll payments payment treasury tax audit hr human-resources
    people jobs job career careers recruiting recruitment recruiter recruiters talent talent-acquisition hiring
    resume resumes cv press press-office media media-relations pr public-relations newsletter newsletters editor
    editors editorial newsroom web web-team web-admin website site root sysadmin system systems administrators it
    it-support it-helpdesk it-department dev developer developers devops ops operations dns network networks
    compliance legal privacy privacy-officer gdpr dpo data-protection copyright dmca complaints complaint feedback
    enquiries enquiry inquiries inquiry question questions ask order orders ordering purchase purchases purchasing
    procurement buying buyer shop store returns refunds warranty shipping logistics warehouse dispatch delivery
    export exports import imports quote quotes quotation quotations estimates estimating partner partners
    partnership partnerships affiliate affiliates alliances channel reseller resellers dealers investors
    investor-relations board management reception receptionist front-desk secretary secretariat booking bookings
    reservation reservations appointments events event training education admissions registrar registration alumni
    library membership members donate donations fundraising volunteer volunteers team all everyone staff employees
    group list lists subscribe unsubscribe no-reply do-not-reply mailer-daemon bounce bounces daemon nobody
    notification notifications alert alerts test testing demo mail email e-mail mailbox inbox facilities facility
    maintenance safety quality qa production engineering design project projects research lab labs product products
    business biz-dev business-development general main headquarters hq corporate company international advertising
    ads promo promotions social social-media community forum webinars spam trust fraud emergency rma rfq rfp tender
    tenders bids vendors vendor supplier suppliers property rentals leasing lettings insurance claims
    adm admins communications comms head-office front-office customer-success concierge conference employment enquire
    faq hosting hotel licensing mailer mailing manager managers mkt new-business outreach parts personnel planning
    postbox publishing receipts register reports requests retail rsvp schedule scheduling school seo signup sponsorship
    students studio submissions subscriptions success suggestions tickets transport travel trustees updates users
    webinar webmail wholesale workshop office-manager investor security-team
"""
_GERMAN = """
    kontakt buero zentrale verwaltung vertrieb vertriebsinnendienst verkauf einkauf buchhaltung rechnung rechnungen
    rechnungseingang rechnungswesen eingangsrechnung eingangsrechnungen mahnung personal personalabteilung bewerbung
    bewerbungen karriere ausbildung presse pressestelle kundenservice kundendienst kundenbetreuung kunden bestellung
    bestellungen auftrag auftraege anfrage anfragen angebot angebote empfang sekretariat geschaeftsleitung
    geschaeftsfuehrung geschaeftsstelle vorstand datenschutz datenschutzbeauftragter technik edv lager logistik
    versand werkstatt reservierung reservierungen buchung rezeption redaktion post poststelle hallo beratung
    disposition spedition produktion qualitaet hausverwaltung praxis kanzlei gemeinde rathaus stadt schule verein
    mitglieder veranstaltungen termine reklamation retouren ersatzteile notfall allgemein
"""
_FRENCH = """
    accueil commercial commerciaux service-commercial ventes vente achats achat compta comptabilite facturation
    factures facture direction secretariat secretaire rh ressources-humaines recrutement emploi candidature
    candidatures presse communication service-client service-clients relation-client clientele sav assistance
    commande commandes juridique mairie bonjour logistique technique informatique devis standard boutique formation
    agence cabinet gestion magasin expedition qualite bureau courrier adherents location reclamation donnees
"""
_SPANISH = """
    informacion contacto oficina ventas venta compras compra administracion facturacion facturas contabilidad
    recursos-humanos rrhh empleo seleccion curriculum prensa comunicacion atencion-cliente atencion-al-cliente
    clientes soporte soporte-tecnico pedidos pedido presupuestos recepcion gerencia direccion secretaria reservas
    reserva comercial tienda taller logistica almacen calidad tecnico informatica formacion juridico ayuntamiento
    hola consultas proveedores tesoreria finanzas operaciones redaccion sistemas servicio-al-cliente
"""
_ITALIAN = """
    contatti contatto informazioni commerciale ufficio-commerciale vendite acquisti ufficio-acquisti amministrazione
    contabilita fatturazione fatture segreteria direzione risorse-umane personale selezione lavora-con-noi
    ufficio-stampa stampa assistenza assistenza-clienti servizio-clienti clienti ordini preventivi prenotazioni
    prenotazione ufficio-tecnico magazzino spedizioni pec redazione ufficio ciao negozio comune protocollo
    produzione qualita fornitori
"""


def _spelt(name: str) -> set[str]:
    """Give a name of several words in the ways people join them."""
    return {name.replace("-", joint) for joint in ("", "-", ".", "_")}


ROLES: frozenset[str] = CASELESS_LOCALS.union(
    *map(_spelt, f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH} {_ITALIAN}".split())
)
