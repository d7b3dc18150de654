"""Lists in and out: customers, locations, the price book, providers and jobs from CSV and XLSX, and any list back out.

An import is read (`sheets`), its columns are named (`headings`), its cells understood (`cells`, `drafts`), each row is
decided on against the database (`customers_in` and its sisters), written in one transaction (`running`) and can be taken
back (`undoing`). `out` writes what a spreadsheet opens and never evaluates.
"""
