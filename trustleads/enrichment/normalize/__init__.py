"""One module or package per kind of value: e-mail, phone, country, name, title, company.

Each has a *fast path* on whole Arrow columns and an *exact path*, one value at a time, for the rows the
fast path cannot decide. The fast path decides nothing that the exact path would decide otherwise.
"""
