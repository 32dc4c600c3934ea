"""Spanish titles."""

from __future__ import annotations

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.vocabulary import Head, Language

SPANISH = Language(
    head=Head.FIRST,
    nouns={
        Seniority.OWNER: """
            fundador, fundadora, cofundador, cofundadora, co-fundador, co-fundadora, propietario, propietaria, dueño,
            dueña, socio, socia, socio fundador, socia fundadora, socio director, socia directora, socio gerente,
            empresario, empresaria, titular, emprendedor, emprendedora, autónomo propietario
        """,
        Seniority.C_LEVEL: """
            director general, directora general, directora ejecutiva, director ejecutivo, consejero delegado,
            consejera delegada, presidente, presidenta, director gerente, directora gerente, gerente general,
            administrador único, administradora única, administrador general, miembro del consejo, miembro del consejo
            de administración, consejero, consejera, presidente ejecutivo, presidenta ejecutiva, director general
            adjunto, administrador gerente
        """,
        Seniority.VP: "vicepresidente, vicepresidenta, vice presidente, vice presidenta",
        Seniority.DIRECTOR: """
            directora, subdirector, subdirectora, director adjunto, directora adjunta, dirección, directivo,
            directiva, director regional, directora regional
        """,
        Seniority.HEAD: """
            jefe, jefa, jefe de departamento, jefa de departamento, jefe de área, jefa de área, jefe de ventas, jefa
            de ventas, jefatura, delegado, delegada, delegado comercial, director de departamento, responsable de
            departamento, responsable de área
        """,
        Seniority.MANAGER: """
            responsable, gerente, subgerente, encargado, encargada, supervisora, jefe de proyecto, jefa de proyecto,
            jefe de proyectos, jefa de proyectos, jefe de producto, jefa de producto, jefe de equipo, jefa de equipo,
            jefe de obra, jefa de obra, jefe de turno, jefa de turno, jefe de taller, jefa de taller, jefe de tienda,
            jefa de tienda, jefe de cocina, líder de equipo, gestor de proyectos, gestora de proyectos, capataz
        """,
        Seniority.SENIOR: "experto senior",
        Seniority.STAFF: """
            administrativo, administrativa, técnico, técnica, ingeniero, ingeniera, desarrollador, desarrolladora,
            programador, programadora, contable, contador, contadora, comprador, compradora, vendedor, vendedora,
            comercial, asesor, asesora, asesor comercial, asesora comercial, consultor, consultora, analista, abogado,
            abogada, coordinador, coordinadora, gestor, gestora, agente, operario, operaria, operador, operadora,
            especialista, diseñador, diseñadora, arquitecto, arquitecta, profesor, profesora, formador, formadora,
            enfermero, enfermera, médico, médica, farmacéutico, farmacéutica, investigador, investigadora, científico,
            científica, representante, ejecutivo, ejecutiva, ejecutivo de cuentas, ejecutiva de cuentas, ejecutivo de
            ventas, ejecutiva de ventas, dependiente, dependienta, mozo, conductor, conductora, electricista,
            mecánico, redactor, redactora, controlador, controladora, auditora, empleado, empleada, recepcionista,
            director de arte, directora de arte, periodista, estudiante, delegado de ventas, administradora,
            administrador, administrador de sistemas, administradora de sistemas, maestro, maestra
        """,
        Seniority.INTERN: "becario, becaria, en prácticas, practicante, prácticas, aprendiz, pasante",
    },
    helpers="asistente, asistente de dirección, secretario, secretaria, secretaria de dirección, ayudante, auxiliar",
    adjectives={
        Seniority.SENIOR: "sénior, principal, experto, experta",
        Seniority.JUNIOR: "júnior",
    },
    departments={
        Department.SALES: """
            ventas, venta, comercial, comerciales, vendedor, vendedora, ejecutivo de cuentas, ejecutiva de cuentas,
            grandes cuentas, responsable de exportación, desarrollo de negocio, desarrollo comercial, tienda,
            preventa, delegado comercial, cuentas clave, dependiente, dependienta, director comercial, directora
            comercial
        """,
        Department.MARKETING: """
            mercadotecnia, mercadeo, publicidad, comunicación, marca, relaciones públicas, prensa, eventos,
            contenidos, redes sociales, periodista, redactor, redactora, márketing
        """,
        Department.FINANCE: """
            financiero, financiera, finanzas, contable, contabilidad, contador, contadora, tesorería, tesorero,
            tesorera, fiscal, impuestos, nóminas, auditoría, auditora, control de gestión, administración y finanzas,
            facturación, cobros, inversiones, banca, seguros, administrativo financiero
        """,
        Department.HR: """
            recursos humanos, rrhh, personal, selección, talento, personas, relaciones laborales, reclutamiento,
            reclutador, reclutadora, selección de personal, gestión del talento
        """,
        Department.IT: """
            informática, informático, informática y sistemas, sistemas, tecnologías de la información, ti, tic,
            ciberseguridad, seguridad informática, administrador de sistemas, administradora de sistemas, redes,
            infraestructura, soporte informático, transformación digital
        """,
        Department.ENGINEERING: """
            ingeniero de software, ingeniera de software, desarrollador, desarrolladora, programador, programadora,
            desarrollo de software, director técnico, directora técnica, oficina técnica, ingeniería, tecnología,
            electrónica, mecánica, ingeniero mecánico
        """,
        Department.PRODUCT: "producto, productos, jefe de producto, jefa de producto, gestión de producto",
        Department.DESIGN: """
            diseñador, diseñadora, diseño, director de arte, directora de arte, diseño gráfico, creativo, creativa
        """,
        Department.DATA: """
            datos, analista de datos, científico de datos, científica de datos, estadística, inteligencia de negocio
        """,
        Department.OPERATIONS: """
            servicios generales, instalaciones, director de operaciones, directora de operaciones
        """,
        Department.PURCHASING: """
            compras, compra, comprador, compradora, aprovisionamiento, aprovisionamientos, abastecimiento, proveedores
        """,
        Department.LOGISTICS: """
            logística, almacén, transporte, transportes, cadena de suministro, distribución, mozo de almacén, tráfico,
            expediciones, aduanas, inventario, conductor, conductora, flota
        """,
        Department.PRODUCTION: """
            producción, fábrica, planta, fabricación, mantenimiento, obra, obras, jefe de obra, jefa de obra, taller,
            operario, operaria, industrial, montaje, jefe de turno, jefa de turno, construcción, capataz
        """,
        Department.QUALITY: """
            calidad, medio ambiente, prl, prevención de riesgos, prevención, sostenibilidad, control de calidad,
            seguridad y salud
        """,
        Department.RESEARCH: "investigación, i+d, i+d+i, laboratorio, investigador, investigadora, innovación",
        Department.LEGAL: """
            abogado, abogada, jurídico, jurídica, asesoría jurídica, asesor jurídico, asesora jurídica, derecho,
            cumplimiento, cumplimiento normativo, protección de datos, notario
        """,
        Department.SUPPORT: """
            atención al cliente, servicio al cliente, soporte, soporte técnico, postventa, posventa, asistencia
            técnica, experiencia de cliente, servicio técnico
        """,
        Department.CONSULTING: "consultoría, asesoría",
        Department.ADMINISTRATION: """
            administrativo, administrativa, asistente de dirección, secretario, secretaria, secretaria de dirección,
            recepcionista, recepción, auxiliar administrativo, auxiliar administrativa, oficina, asistente ejecutiva,
            asistente administrativa
        """,
        Department.EDUCATION: """
            profesor, profesora, formación, formador, formadora, docente, educación, maestro, maestra, escuela,
            académico
        """,
        Department.HEALTH: """
            enfermero, enfermera, médico, médica, farmacéutico, farmacéutica, salud, sanidad, clínica, enfermería
        """,
    },
    weak={
        Department.MANAGEMENT: """
            dirección general, estrategia, desarrollo corporativo, negocio, unidad de negocio, consejo, gerencia
        """,
        Department.OPERATIONS: """
            operaciones, operativo, operativa, jefe de proyecto, jefa de proyecto, jefe de proyectos, jefa de
            proyectos, proyectos, proyecto, procesos, gestor de proyectos
        """,
        Department.ENGINEERING: "ingeniero, ingeniera, técnico, técnica, desarrollo",
        Department.CONSULTING: "consultor, consultora, asesor, asesora",
        Department.ADMINISTRATION: "asistente, auxiliar, administración, administrador, administradora, secretaría",
        Department.SUPPORT: "cliente, clientes, servicio",
        Department.SALES: "cuentas, zona, exportación, gestor, gestora",
    },
    openers="de, del, en, para, al",
)
