"""Makes ``trustleads/enrichment/normalize/countries.tsv``: how people write countries, and their ISO codes.

Names come from the territory names of the Unicode CLDR by way of the ``babel`` package, which is needed for this script
alone; what CLDR does not have (short forms, other names, old spellings) is listed here. A name that would mean two
countries alike is left out and reported.

    pip install babel
    python scripts/make_countries.py
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_cldr_version, get_global
from babel.languages import get_official_languages

from trustleads.enrichment.normalize.country import folded

TARGET = Path(__file__).resolve().parents[1] / "trustleads" / "enrichment" / "normalize" / "countries.tsv"
LANGUAGES = ("en", "de", "fr", "es", "it")
NO_COUNTRIES = {"CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "UN", "XA", "XB", "ZZ"}  # groups, parts, placeholders
ALPHA_3 = 3
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

OTHER_NAMES = {
    "AE": "UAE, U.A.E., VAE, EAU, Emirates, Emirate",
    "AT": "A, Republic of Austria, Republik Österreich",
    "BA": "Bosnia, Bosnien, Bosnie, BiH, Bosnia-Herzegovina",
    "BE": "BEL, Belgien/Belgique, Kingdom of Belgium",
    "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia",
    "BR": "Federative Republic of Brazil",
    "BY": "Byelorussia, Weißrussland, White Russia",
    "CD": "DRC, DR Congo, RDC, Democratic Republic of the Congo, Democratic Republic of Congo, Congo Kinshasa, "
    "Demokratische Republik Kongo, République démocratique du Congo, República Democrática del Congo, "
    "Repubblica Democratica del Congo, Zaire",
    "CG": "Congo, Republic of the Congo, Congo Republic, Kongo, Congo Brazzaville",
    "CH": "SUI, Swiss, Swiss Confederation, Confoederatio Helvetica",
    "CI": "Ivory Coast, Cote d Ivoire, Elfenbeinküste, Costa d'Avorio",
    "CN": "PRC, PR China, P.R. China, People's Republic of China, Volksrepublik China, VR China, Mainland China",
    "CV": "Cape Verde, Kap Verde, Capo Verde",
    "CZ": "Czech Republic, Tschechische Republik, République tchèque, República Checa, Repubblica Ceca, Tschechei",
    "DE": "D, GER, BRD, FRG, RFA, Federal Republic of Germany, Bundesrepublik Deutschland, Bundesrepublik",
    "DK": "DEN, Kingdom of Denmark",
    "ES": "Kingdom of Spain, Reino de España, Canary Islands, Islas Canarias, Kanarische Inseln",
    "FK": "Falklands, Islas Malvinas, Malvinas",
    "FM": "Federated States of Micronesia",
    "FR": "F, French Republic, République française, Metropolitan France, France métropolitaine",
    "GB": "UK, U.K., Great Britain, Britain, Großbritannien, Grande-Bretagne, Gran Bretaña, Gran Bretagna, "
    "United Kingdom of Great Britain and Northern Ireland, United Kingdom (UK), "
    "England, Angleterre, Inglaterra, Inghilterra, Scotland, Schottland, Écosse, Escocia, Scozia, "
    "Wales, Pays de Galles, Gales, Galles, Northern Ireland, Nordirland, Irlande du Nord, Irlanda del Norte, "
    "Irlanda del Nord, Vereinigtes Königreich Großbritannien und Nordirland, Großbritannien (UK)",
    "GR": "EL, GRE, Hellas, Hellenic Republic, Ellada",
    "HK": "Hong Kong, Hongkong, Hong-Kong, Hong Kong SAR",
    "HR": "CRO, Republic of Croatia",
    "IE": "Republic of Ireland, Irish Republic, Eire, Southern Ireland, Republik Irland",
    "IR": "Islamic Republic of Iran, Persia",
    "IT": "I, Italian Republic, Repubblica Italiana",
    "KP": "Democratic People's Republic of Korea, DPRK",
    "KR": "Korea, Republic of Korea, ROK, Korea Republic, Republik Korea, Korea (South), Corea, Corée",
    "LA": "Lao People's Democratic Republic, Lao PDR",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Republic of Moldova, Moldavia, Moldawien",
    "MF": "Saint Martin (French part), Saint-Martin",
    "MK": "Macedonia, Mazedonien, Macédoine, FYROM, FYR Macedonia, The former Yugoslav Republic of Macedonia",
    "MM": "Burma, Birma, Birmanie, Birmania",
    "MO": "Macau, Macao",
    "NL": "NED, Holland, Hollande, Holanda, Olanda, Kingdom of the Netherlands, Netherland",
    "PS": "Palestine, State of Palestine, Palästina, Palestina, Occupied Palestinian Territory",
    "PT": "POR, Portuguese Republic",
    "RE": "Reunion Island, La Réunion, Île de la Réunion",
    "RO": "Rumania, Roumania",
    "RU": "Russian Federation, Russische Föderation, Fédération de Russie, Fédération russe, Federación de Rusia, "
    "Federación Rusa, Federazione Russa",
    "SA": "KSA, Kingdom of Saudi Arabia",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "SI": "SLO, Republic of Slovenia",
    "SK": "Slovak Republic, Slowakische Republik",
    "ST": "Sao Tome and Principe",
    "SX": "Sint Maarten (Dutch part)",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland, Swasiland, Suazilandia",
    "TL": "East Timor, Osttimor, Timor oriental, Timor Leste",
    "TR": "Turkey, Türkei, Turkiye, Republic of Turkey, Turchia, Turquie, Turquía",
    "TW": "Taiwan (ROC), Taiwan (Republic of China), Republic of China, Province of China Taiwan, Formosa",
    "TZ": "United Republic of Tanzania, Tanzania",
    "US": "USA, U.S.A., U.S., United States of America, America, U. S. A., U. S., The States, US of A, "
    "Vereinigte Staaten von Amerika, Amerika, États-Unis d'Amérique, Amérique, Estados Unidos de América, "
    "Stati Uniti d'America, EE.UU., EE. UU., EUA, United State",
    "VA": "Holy See, Vatican, Holy See (Vatican City State), Vatikan, Saint-Siège, Santa Sede, Vaticano, "
    "Vatican City State",
    "VE": "Bolivarian Republic of Venezuela",
    "VG": "Virgin Islands, British",
    "VI": "Virgin Islands, U.S., US Virgin Islands, U.S. Virgin Islands",
    "VN": "Viet Nam, Socialist Republic of Vietnam",
    "ZA": "RSA, Republic of South Africa, Südafrikanische Republik",
}


def main() -> None:
    """Write the table."""
    claims: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, code, rank in _names():
        claims[folded(name)][rank].add(code)
    names_of: defaultdict[str, list[str]] = defaultdict(list)
    for name, by_rank in sorted(claims.items()):
        codes = by_rank[min(by_rank)]
        if len(codes) > 1:
            print(f"left out: {name} could be {', '.join(sorted(codes))}", file=sys.stderr)
        elif name.isascii():
            names_of[min(codes)].append(name)
    lines = [f"{code}\t{'|'.join(names)}" for code, names in sorted(names_of.items())]
    TARGET.write_text("\n".join([*_header(), *lines]) + "\n", "ascii")


def _header() -> list[str]:
    return [
        f"# Made by scripts/make_countries.py from Unicode CLDR {get_cldr_version()}; licence Unicode-3.0, see NOTICE.",
        "# Code, tab, names in the form of country.folded with bars between them.",
    ]


def _countries() -> list[str]:
    """Give the two-letter codes that CLDR has names for."""
    return sorted(code for code in Locale("en").territories if code.isalpha() and code not in NO_COUNTRIES)


def _names() -> Iterator[tuple[str, str, int]]:
    """Give spellings with their codes and how much they count: a code most, a whole name more than its beginning."""
    for code in _countries():
        yield code, code, 0
        languages = (*LANGUAGES, *get_official_languages(code, regional=True, de_facto=True))
        names = [*(_name(language, code) for language in languages), *OTHER_NAMES.get(code, "").split(", ")]
        for name in filter(None, names):
            yield from ((spelling, code, 1) for spelling in _spellings(name))
            yield name.partition("(")[0], code, 2
    for alias, codes in get_global("territory_aliases").items():
        if alias.isalpha() and len(alias) == ALPHA_3 and len(codes) == 1 and codes[0] in _countries():
            yield alias, codes[0], 2


def _name(language: str, code: str) -> str:
    try:
        return Locale.parse(language).territories.get(code, "")
    except UnknownLocaleError:
        return ""


def _spellings(name: str) -> tuple[str, ...]:
    return name, name.translate(UMLAUTS), name.replace("St. ", "Saint ")


if __name__ == "__main__":
    main()
