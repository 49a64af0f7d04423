"""What the lectures of a period add up to, for coordinators and administrators in their regions.

`engine` holds periods, filters, sums and what is too small to be shown; `reads` asks the database;
`figures` are the tables that pages and spreadsheets share. Everything is counted when it is asked
for: no totals are kept. Not here: public totals and what becomes of unmet demand (`recruiting`).
"""
