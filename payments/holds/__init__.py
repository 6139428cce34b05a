"""Any payment can be held and released, by two people, with a reason: a row about a subject such as "payout:12".

A package that makes payments asks `holds.queries.is_held("payout:7")` before it moves money, or joins `IN_EFFECT`
in the query that claims its rows, and registers how its subjects read with `holds.subjects.register()`.
"""
