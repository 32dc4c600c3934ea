"""English titles."""

from __future__ import annotations

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.vocabulary import Head, Language

ENGLISH = Language(
    head=Head.LAST,
    nouns={
        Seniority.OWNER: """
            owner, co-owner, business owner, founder, co-founder, cofounder, founding partner, managing partner,
            general partner, equity partner, partner, proprietor, entrepreneur
        """,
        Seniority.C_LEVEL: """
            ceo, cto, cfo, coo, cmo, cio, ciso, cso, cpo, cro, chro, cdo, cco, cao, clo, cxo, chief executive, chief
            executive officer, group ceo, co-ceo, deputy ceo, president, chairman, chairwoman, chairperson, chair,
            managing director, md, board member, member of the board, board of directors, board director, general
            counsel
        """,
        Seniority.VP: "vp, svp, evp, avp, rvp, gvp, vice president, vice-president, vicepresident",
        Seniority.DIRECTOR: """
            director, general manager, gm, country manager, executive director, associate partner, deputy general
            counsel
        """,
        Seniority.HEAD: "head, head of, chief of staff, dean, superintendent",
        Seniority.MANAGER: """
            manager, supervisor, team lead, team leader, teamlead, group lead, squad lead, shift lead, foreman,
            forewoman, head nurse, head chef, head teacher, line lead, store lead, charge nurse
        """,
        Seniority.SENIOR: """
            staff engineer, staff software engineer, distinguished engineer, tech lead, technical lead
        """,
        Seniority.STAFF: """
            receptionist, clerk, administrator, coordinator, specialist, analyst, engineer, developer, programmer,
            architect, designer, consultant, adviser, advisor, representative, associate, agent, accountant,
            bookkeeper, auditor, controller, officer, executive, account executive, sales executive, marketing
            executive, recruiter, buyer, planner, scheduler, operator, technician, mechanic, electrician, scientist,
            researcher, chemist, biologist, teacher, trainer, instructor, lecturer, professor, tutor, nurse, doctor,
            physician, pharmacist, therapist, lawyer, attorney, counsel, paralegal, solicitor, writer, copywriter,
            editor, journalist, photographer, tester, strategist, generalist, driver, worker, cashier, chef, cook,
            waiter, salesperson, salesman, saleswoman, sdr, bdr, merchandiser, underwriter, broker, trader, banker,
            translator, evangelist, ambassador, freelancer, contractor, sysadmin, product owner, process owner,
            service owner, data owner, system owner, platform owner, project owner, business partner, hr partner,
            people partner, channel partner, finance partner, scrum master, art director, student, volunteer,
            librarian, inspector, estimator, surveyor, dispatcher, packer, welder, machinist, barista, stylist,
            fellow, counselor, counsellor, examiner
        """,
        Seniority.INTERN: """
            intern, internship, apprentice, working student, placement student, summer student, co-op student, dual
            student
        """,
    },
    helpers="""
        assistant, executive assistant, personal assistant, pa, ea, secretary, executive secretary, team assistant,
        office assistant
    """,
    adjectives={
        Seniority.HEAD: "chief",
        Seniority.SENIOR: "senior, sr, lead, principal",
        Seniority.JUNIOR: "junior, jr, graduate, entry level, trainee",
    },
    departments={
        Department.SALES: """
            sales, export manager, area manager, export sales manager, account executive, account manager, account
            director, key account, account management, presales, pre-sales, sales engineer, sales engineering, sales
            operations, business development, biz dev, bizdev, bdr, sdr, cro, cco, revenue, commercial, salesperson,
            salesman, saleswoman, partnerships, alliances, partner manager, channel, field sales, inside sales,
            territory, store manager, retail, merchandiser, e-commerce sales, cashier
        """,
        Department.MARKETING: """
            marketing, cmo, brand, communications, communication, public relations, pr, seo, sea, sem, content,
            copywriter, social media, growth, demand generation, lead generation, product marketing, campaign,
            advertising, media, events, event, community, e-commerce, ecommerce, digital marketing, marketing
            operations, editor, journalist
        """,
        Department.FINANCE: """
            finance, financial, cfo, accounting, accountant, accounts payable, accounts receivable, bookkeeper,
            controller, controlling, audit, auditor, treasury, treasurer, tax, payroll, investment, investor
            relations, m&a, billing, fp&a, banker, credit, underwriter, risk, trader, financial controller, financial
            analyst, pricing
        """,
        Department.HR: """
            hr, human resources, chro, people, people operations, people partner, talent, talent acquisition,
            recruiter, recruiting, recruitment, hr business partner, compensation, benefits, learning and development,
            hr manager, employee relations, workforce, employer branding, hr operations
        """,
        Department.IT: """
            it, cio, ciso, information technology, information security, cyber security, cybersecurity, security
            engineer, chief information officer, chief security officer, chief information security officer, system
            administrator, systems administrator, sysadmin, network engineer, network administrator, infrastructure,
            cloud, devops, sre, site reliability, sap, erp, helpdesk, it support, it project manager, it operations,
            database administrator, information systems, it administrator, it security, digital transformation
        """,
        Department.ENGINEERING: """
            cto, software, software engineer, software developer, software engineering, developer, programmer,
            frontend, front end, backend, back end, full stack, fullstack, web developer, mobile developer, android,
            ios, embedded, firmware, tester, mechanical engineer, electrical engineer, civil engineer, hardware, scrum
            master, technology, engineering, vp engineering, solution architect, solutions architect, software
            architect, machine learning engineer, automation engineer, platform engineer, design engineer, tech lead,
            mechanical, electrical, structural engineer
        """,
        Department.PRODUCT: """
            product, product manager, product owner, product management, chief product officer, cpo, head of product,
            product director, innovation manager
        """,
        Department.DESIGN: """
            design, designer, ux, ui, ux designer, ui designer, user experience, graphic designer, art director,
            creative, creative director, product designer, product design, interior designer, photographer, ux
            researcher, stylist
        """,
        Department.DATA: """
            data, cdo, data scientist, data analyst, data engineer, data science, analytics, business intelligence,
            bi, machine learning, ai, artificial intelligence, data product manager, statistician, chief data officer
        """,
        Department.OPERATIONS: """
            coo, business operations, facilities, facility, facility manager, chief operating officer
        """,
        Department.PURCHASING: """
            purchasing, procurement, buyer, sourcing, category manager, strategic sourcing, vendor
        """,
        Department.LOGISTICS: """
            logistics, supply chain, warehouse, transport, transportation, shipping, fleet, inventory, fulfillment,
            distribution, dispatcher, import, export, supply planner, demand planner, driver, packer
        """,
        Department.PRODUCTION: """
            production, manufacturing, plant, plant manager, factory, assembly, maintenance, process engineer,
            industrial, operator, machinist, welder, lean, manufacturing engineer, production planner, shop floor,
            foreman, construction, site manager
        """,
        Department.QUALITY: """
            quality, qa, qc, quality assurance, quality control, quality engineer, quality manager, qa engineer,
            regulatory, regulatory affairs, ehs, hse, health and safety, safety, environmental, sustainability, test
            engineer
        """,
        Department.RESEARCH: """
            research, researcher, r&d, research and development, scientist, laboratory, lab, chemist, biologist,
            innovation, clinical research, head of research
        """,
        Department.LEGAL: """
            legal, lawyer, attorney, counsel, general counsel, paralegal, solicitor, compliance, clo, data protection,
            dpo, privacy, contract manager, contracts, patent, company secretary, corporate secretary, governance
        """,
        Department.SUPPORT: """
            support, customer support, customer service, customer success, customer care, client success, client
            services, technical support, service desk, service manager, customer experience, call center, contact
            center, help desk, after sales, aftersales, field service, support engineer, service technician, customer
            relations
        """,
        Department.CONSULTING: """
            consulting, advisory, management consultant, professional services, strategy consultant
        """,
        Department.ADMINISTRATION: """
            office manager, office, executive assistant, personal assistant, administrative, administration,
            secretary, receptionist, pa, ea, clerk, reception, back office, administrative assistant, team assistant,
            admin
        """,
        Department.EDUCATION: """
            teacher, professor, lecturer, education, training, trainer, instructor, tutor, school, academic, dean,
            faculty, learning, librarian, principal investigator, school principal, curriculum, enablement trainer
        """,
        Department.HEALTH: """
            nurse, doctor, physician, medical, clinical, health, healthcare, pharmacist, therapist, dentist, surgeon,
            patient, care manager, pharmacy, head nurse, veterinarian
        """,
    },
    weak={
        Department.MANAGEMENT: """
            general manager, gm, country manager, chief of staff, strategy, corporate development, board, general
            management, business unit, managing
        """,
        Department.OPERATIONS: """
            operations, operational, ops, project manager, program manager, programme manager, pmo, process
        """,
        Department.ENGINEERING: "engineer, technical, technician, architect, project engineer, systems",
        Department.SALES: "account, customer, client, store, shop, export sales",
        Department.CONSULTING: "consultant, adviser, advisor, consultancy",
        Department.ADMINISTRATION: "assistant, administrator, coordinator, executive secretary",
        Department.FINANCE: "investments, funds, insurance, banking",
        Department.SUPPORT: "services, service engineer, service coordinator, service advisor, service agent",
        Department.MARKETING: "digital, web, online",
    },
    openers="of, for, to, in, with, from, on, at, @, reporting",
)
