"""Each rule over pots and awards names the row that was spoiled behind the site's back."""

import pytest

from crowdfund_kent.database import execute
from crowdfund_kent.invariants import Rule, run
from panel import checks
from pledges import pot_checks
from tests.panel.stage import stage
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")

NO_PAIR = "ALTER TABLE {0} DROP CONSTRAINT {0}_two_people"
GUARDS_OFF = "ALTER TABLE {0} DISABLE TRIGGER USER"
# what a person with the database's password does: guards off, rows spoiled; and the rule that tells
SPOILED: dict[str, tuple[str, ...]] = {
    "no pot is overspent": (
        "ALTER TABLE funding_source DROP CONSTRAINT funding_source_never_overspent",
        "UPDATE funding_source SET cap_pence = 1",
    ),
    "source figures are their draws": (
        "UPDATE funding_source SET earmarked_pence = earmarked_pence - 1, pledged_pence = 1 WHERE earmarked_pence > 0",
    ),
    "draws sum to the match": ("UPDATE match_draw SET amount_pence = amount_pence + 1",),
    "draws stay in the fund": (
        "UPDATE match_draw SET source_id = (SELECT max(id) FROM funding_source)"
        " WHERE id = (SELECT min(id) FROM match_draw)",
    ),
    "paid agrees with the status": ("UPDATE match_pledge SET paid_pence = 1",),
    "commitments are in the ledger": (
        GUARDS_OFF.format("ledger_line"),
        "UPDATE ledger_line SET amount_pence = amount_pence * 2 WHERE account LIKE 'memo:source:%:earmarked'",
    ),
    "caps were confirmed by a second person": (
        NO_PAIR.format("source_cap"),
        "UPDATE source_cap SET entered_by_id = 7, confirmed_by_id = 7",
    ),
    "accepted means a day of acceptance": ("UPDATE match_pledge SET accepted_at = created_at",),
    "match is within its terms": ("UPDATE match_pledge SET terms = jsonb_set(terms, '{most_pence}', '1')",),
    "match was signed by a second person": (
        NO_PAIR.format("match_pledge"),
        "UPDATE match_pledge SET signed_by_id = proposed_by_id",
    ),
    "match_pledge history agrees": ("UPDATE match_pledge SET status = 'pledged'",),
    "match_pledge moves along its table": (
        GUARDS_OFF.format("match_pledge_event"),
        "UPDATE match_pledge_event SET new = 'paid'",
    ),
    "match_pledge moves are on record": (
        GUARDS_OFF.format("audit_row"),
        "DELETE FROM audit_row WHERE act = 'match earmarked'",
    ),
    "match follows its campaign": ("UPDATE campaign SET status = 'successful'",),
    "match amounts agree with history": (
        GUARDS_OFF.format("match_pledge_event"),
        "UPDATE match_pledge_event SET amount_pence = amount_pence - 1",
    ),
    "caps are on record": (
        GUARDS_OFF.format("audit_row"),
        "DELETE FROM audit_row WHERE act = 'cap confirmed'",
    ),
    "award moves along its table": (
        GUARDS_OFF.format("award_event"),
        "UPDATE award_event SET cause = 'forgotten' WHERE new = 'signed'",
    ),
    "award moves are on record": (
        GUARDS_OFF.format("audit_row"),
        "DELETE FROM audit_row WHERE act = 'award signed'",
    ),
    "an award is signed by a second person": (
        NO_PAIR.format("award"),
        "UPDATE award SET signed_by_id = proposed_by_id",
    ),
    "a signed award is its match pledge": ("UPDATE award SET amount_pence = amount_pence - 1",),
    "an award is within its terms": (
        "UPDATE award SET calculation = jsonb_set(calculation, '{signed,most_pence}', '1')",
    ),
    "the authority covers the award": ("UPDATE decision_authority SET to_day = from_day",),
    "award history agrees": (
        "ALTER TABLE award DROP CONSTRAINT award_signed_pledges",
        "UPDATE award SET status = 'refused'",
    ),
}
EVERY: tuple[Rule, ...] = (*pot_checks.RULES, *checks.RULES)
RULES: tuple[Rule, ...] = tuple(rule for rule in EVERY if rule.name in SPOILED)


def test_every_spoiled_row_has_its_rule() -> None:
    """The other rules are proved on the small world of tests/checks."""
    assert set(SPOILED) == {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
async def test_a_spoiled_row_is_named(rule: Rule) -> None:
    s = await stage(300_000, 300_000)
    await s.signed(400_000)
    await make.fund(5_000)
    assert not [finding for finding in await run(EVERY) if finding.count]
    await execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come can't be altered
    for statement in SPOILED[rule.name]:
        await execute(statement)
    (finding,) = await run([rule])
    assert finding.count > 0
    assert finding.offenders[0].split()[0] in {"funding_source", "match_draw", "match_pledge", "source_cap", "award"}
