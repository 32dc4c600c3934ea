"""French titles."""

from __future__ import annotations

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.vocabulary import Head, Language

FRENCH = Language(
    head=Head.FIRST,
    nouns={
        Seniority.OWNER: """
            fondateur, fondatrice, cofondateur, cofondatrice, co-fondateur, co-fondatrice, propriétaire, associé,
            associée, associé gérant, associée gérante, associé fondateur, chef d'entreprise, cheffe d'entreprise,
            entrepreneur, entrepreneuse, dirigeant fondateur, président fondateur, présidente fondatrice
        """,
        Seniority.C_LEVEL: """
            pdg, p-dg, dg, dga, président, présidente, président directeur général, présidente directrice générale,
            directeur général, directrice générale, directeur général délégué, directeur général adjoint, directrice
            générale adjointe, gérant, gérante, cogérant, cogérante, dirigeant, dirigeante, administrateur délégué,
            administratrice déléguée, président du directoire, membre du directoire, membre du comité de direction,
            membre du comité exécutif, membre du conseil d'administration, directeur exécutif, directrice exécutive
        """,
        Seniority.VP: "vice président, vice présidente",
        Seniority.DIRECTOR: """
            directeur, directrice, sous-directeur, sous-directrice, directeur adjoint, directrice adjointe, daf, drh,
            dsi, raf, direction, secrétaire général, secrétaire générale, directeur artistique exécutif
        """,
        Seniority.HEAD: """
            chef de service, cheffe de service, chef de département, cheffe de département, chef des ventes, cheffe
            des ventes, chef comptable, cheffe comptable, chef d'agence, cheffe d'agence, chef de bureau, chef de
            pôle, cheffe de pôle, responsable de service, responsable d'agence, responsable de département,
            responsable de pôle
        """,
        Seniority.MANAGER: """
            responsable, chef de projet, cheffe de projet, chef de projets, cheffe de projets, chef de produit, cheffe
            de produit, chef de produits, cheffe de produits, chef d'équipe, cheffe d'équipe, chef de chantier, cheffe
            de chantier, chef d'atelier, chef de secteur, cheffe de secteur, chef de zone, cheffe de zone, chef de
            rayon, cheffe de rayon, chef de groupe, cheffe de groupe, chef de cuisine, cheffe de cuisine, chef de
            publicité, superviseur, superviseuse, animateur d'équipe, encadrant, manageur, manageuse, conducteur de
            travaux, conductrice de travaux, cadre de santé
        """,
        Seniority.SENIOR: "expert senior",
        Seniority.STAFF: """
            technicien, technicienne, ingénieur, ingénieure, ingénieur commercial, ingénieure commerciale,
            développeur, développeuse, comptable, acheteur, acheteuse, vendeur, vendeuse, commercial, commerciale,
            conseiller, conseillère, consultante, chargé, chargée, chargé de mission, chargée de mission, chargé
            d'affaires, chargée d'affaires, chargé de clientèle, chargée de clientèle, gestionnaire, analyste,
            juriste, avocat, avocate, contrôleur, contrôleuse, contrôleur de gestion, contrôleuse de gestion,
            opérateur, opératrice, employé, employée, agent, ouvrier, ouvrière, coordinateur, coordinatrice,
            coordonnateur, coordonnatrice, formateur, formatrice, enseignant, enseignante, professeur, professeure,
            infirmier, infirmière, médecin, pharmacien, pharmacienne, architecte, concepteur, conceptrice, graphiste,
            rédacteur, rédactrice, attaché, attachée, attaché commercial, attachée commerciale, délégué commercial,
            déléguée commerciale, technico-commercial, technico-commerciale, chercheur, chercheuse, auditeur,
            auditrice, magasinier, magasinière, préparateur, préparatrice, conducteur, conductrice, électricien,
            mécanicien, cadre, collaborateur, collaboratrice, directeur artistique, directrice artistique, hôtesse,
            étudiant, étudiante, chef
        """,
        Seniority.INTERN: """
            stagiaire, en stage, stage de fin d'études, apprenti, apprentie, alternant, alternante, en alternance,
            alternance
        """,
    },
    helpers="""
        assistante, assistant de direction, assistante de direction, assistant commercial, assistante commerciale,
        secrétaire, secrétaire de direction
    """,
    adjectives={
        Seniority.SENIOR: "principal, principale, confirmé, confirmée, sénior, expert, experte, référent, référente",
        Seniority.JUNIOR: "débutant, débutante",
    },
    departments={
        Department.SALES: """
            commercial, commerciale, commerciaux, vente, ventes, vendeur, vendeuse, chargé d'affaires, chargée
            d'affaires, ingénieur commercial, ingénieure commerciale, grands comptes, responsable export, comptes
            clés, développement commercial, directeur commercial, directrice commerciale, technico-commercial,
            technico-commerciale, chef de secteur, cheffe de secteur, magasin, boutique, avant-vente, administration
            des ventes, adv, chef de rayon, cheffe de rayon
        """,
        Department.MARKETING: """
            communication, publicité, marque, relations publiques, relations presse, événementiel, événements,
            contenu, réseaux sociaux, graphiste marketing, rédacteur, rédactrice, chef de publicité, e-commerce
        """,
        Department.FINANCE: """
            financier, financière, finances, comptable, comptabilité, comptables, daf, raf, contrôle de gestion,
            contrôleur de gestion, contrôleuse de gestion, trésorerie, trésorier, trésorière, fiscal, fiscalité,
            fiscaliste, paie, auditeur, auditrice, administratif et financier, administrative et financière,
            facturation, recouvrement, banque, assurance
        """,
        Department.HR: """
            ressources humaines, rh, drh, rrh, recrutement, recruteur, recruteuse, formation professionnelle,
            personnel, relations sociales, marque employeur, chargé de recrutement, chargée de recrutement, talents
        """,
        Department.IT: """
            informatique, dsi, rssi, systèmes d'information, système d'information, si, administrateur système,
            administrateur systèmes, administratrice systèmes, réseau, réseaux, cybersécurité, sécurité informatique,
            support informatique, infrastructures, transformation digitale, transformation numérique
        """,
        Department.ENGINEERING: """
            logiciel, développeur, développeuse, ingénieur logiciel, ingénieure logiciel, bureau d'études,
            développement logiciel, directeur technique, directrice technique, électronique, mécanique, ingénierie,
            études techniques, automatisme
        """,
        Department.PRODUCT: """
            produit, produits, chef de produit, cheffe de produit, chef de produits, cheffe de produits
        """,
        Department.DESIGN: """
            graphiste, concepteur, conceptrice, directeur artistique, directrice artistique, création, infographiste,
            designeuse, webdesigner
        """,
        Department.DATA: "données, statisticien, statisticienne, analyste de données, décisionnel, statistiques",
        Department.OPERATIONS: """
            moyens généraux, services généraux, exploitation, immobilier, directeur des opérations
        """,
        Department.PURCHASING: """
            achats, achat, acheteur, acheteuse, approvisionnement, approvisionnements, approvisionneur
        """,
        Department.LOGISTICS: """
            logistique, entrepôt, transport, transports, supply chain, magasinier, magasinière, expédition,
            expéditions, chaîne logistique, douane, chauffeur, stocks
        """,
        Department.PRODUCTION: """
            production, fabrication, usine, atelier, maintenance, chef d'atelier, chantier, chef de chantier, cheffe
            de chantier, conducteur de travaux, conductrice de travaux, travaux, industriel, industrielle, méthodes,
            ouvrier, ouvrière, usinage
        """,
        Department.QUALITY: """
            qualité, qhse, qse, hse, assurance qualité, environnement, sécurité, contrôle qualité, rse
        """,
        Department.RESEARCH: """
            recherche, r&d, recherche et développement, laboratoire, chercheur, chercheuse, innovation
        """,
        Department.LEGAL: """
            juriste, juridique, avocat, avocate, droit, conformité, notaire, contentieux, protection des données,
            affaires juridiques, secrétaire général, secrétaire générale
        """,
        Department.SUPPORT: """
            clientèle, service client, service clients, relation client, relation clients, relations clients, support
            technique, service après-vente, sav, assistance technique, expérience client, chargé de clientèle, chargée
            de clientèle
        """,
        Department.CONSULTING: "conseil, cabinet de conseil, conseil en stratégie",
        Department.ADMINISTRATION: """
            assistant de direction, assistante de direction, secrétaire, secrétaire de direction, secrétariat,
            accueil, assistante administrative, assistant administratif, hôtesse d'accueil, office manager, gestion
            administrative
        """,
        Department.EDUCATION: """
            enseignant, enseignante, professeur, professeure, formateur, formatrice, formation, pédagogique, école
        """,
        Department.HEALTH: """
            infirmier, infirmière, médecin, pharmacien, pharmacienne, santé, cadre de santé, médical, médicale, soins
        """,
    },
    weak={
        Department.MANAGEMENT: """
            direction, stratégie, comité de direction, développement, filiale, chef d'agence, agence
        """,
        Department.OPERATIONS: """
            opérations, opérationnel, opérationnelle, chef de projet, cheffe de projet, chef de projets, cheffe de
            projets, projets, projet, processus
        """,
        Department.ENGINEERING: "ingénieur, ingénieure, technique, techniques, technicien, technicienne, études",
        Department.CONSULTING: "consultante, conseiller, conseillère",
        Department.ADMINISTRATION: "assistante, administratif, administrative, administration, bureau",
        Department.SUPPORT: "client, clients",
        Department.SALES: "secteur, zone, export",
        Department.MARKETING: "numérique",
    },
    openers="de, du, des, d, en, à, au, aux, pour, chez, auprès, l",
)
