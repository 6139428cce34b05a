"""Segregation of duties from what was really done: for each item who did each step, and whether anybody did two.

The steps are read from the sealed record. A **finding** is one person in two steps of one item that need two people; the
site and the database refuse that, so there should be none. A **near miss** is one person who could have been both: they
acted on the item and hold another role of it now, or held it then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import fetch
from crowdfund_kent.table_files import Table, Value


@dataclass(frozen=True, slots=True)
class Duty:
    """An item that needs several people: its rows in the record, and its steps as (words, acts, the role that may)."""

    words: str
    subject: str
    steps: tuple[tuple[str, tuple[str, ...], Role | None], ...]


F, A, S = Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.SIGNATORY
DUTIES: Final = (
    Duty(
        "Award",
        "award",
        (("proposed", ("award proposed",), F), ("signed or refused", ("award signed", "award refused"), S)),
    ),
    Duty("Cap of a source", "source_cap", (("entered", ("cap entered",), F), ("confirmed", ("cap confirmed",), A))),
    Duty(
        "Movement in a pot",
        "pot_movement",
        (("entered", ("movement entered",), F), ("confirmed", ("movement confirmed",), A)),
    ),
    Duty(
        "Fund",
        "match_fund",
        (("entered", ("fund entered",), F), ("opened", ("fund opened",), A)),
    ),
    Duty(
        "Refund",
        "refund_proposal",
        (("proposed", ("refund proposed",), F), ("decided", ("refund proposal agreed", "refund proposal refused"), A)),
    ),
    Duty(
        "Bank details",
        "bank_details",
        (
            ("sent or entered", ("bank details asked",), None),
            ("checked", ("bank details checked",), F),
            ("approved", ("bank details approved",), A),
        ),
    ),
    Duty(
        "Payments of a schedule",
        "payment_schedule",
        (("prepared", ("schedule prepared",), F), ("approved", ("schedule approved",), A)),
    ),
    Duty(
        "Payment that was never made",
        "match_payment",
        (("said", ("payment said never paid",), None), ("agreed", ("payment cancelled",), A)),
    ),
    Duty(
        "Line of a bank statement",
        "bank_line",
        (("said", ("line match asked",), None), ("agreed", ("line matched",), A)),
    ),
    Duty(
        "Bank statement typed from a CSV",
        "typed_statement",
        (("entered", ("typed statement entered",), A), ("agreed", ("typed statement agreed",), A)),
    ),
    Duty(
        "Shares of unspent money",
        "shares_back",
        (("proposed", ("shares back proposed",), F), ("decided", ("shares back agreed", "shares back refused"), A)),
    ),
    Duty(
        "Share given by hand",
        "share_back",
        (("entered", ("share entered",), None), ("confirmed", ("share confirmed",), None)),
    ),
    Duty(
        "Match closed short, or recovery given up",
        "match_shortening",
        (("proposed", ("shortening proposed",), F), ("decided", ("shortening agreed", "shortening refused"), A)),
    ),
    Duty(
        "Refund paid another way",
        "repayment",
        (("recorded", ("repayment recorded",), None), ("decided", ("repayment confirmed", "repayment refused"), A)),
    ),
    Duty(
        "Money taken back by hand",
        "taken_back_decision",
        (
            ("proposed", ("taken back decision proposed",), None),
            ("decided", ("taken back decision agreed", "taken back decision refused"), A),
        ),
    ),
    Duty(
        "The council's own money at the provider",
        "own_move",
        (("recorded", ("own money recorded",), None), ("decided", ("own money confirmed", "own money refused"), A)),
    ),
    Duty(
        "Money taken back from a group by hand",
        "taken_back_decision",
        (
            ("proposed", ("taken back decision proposed",), None),
            ("decided", ("taken back decision agreed", "taken back decision refused"), A),
        ),
    ),
    Duty(
        "Everybody's money back before the payout",
        "collapse_proposal",
        (("proposed", ("collapse proposed",), F), ("decided", ("collapse agreed", "collapse refused"), A)),
    ),
    Duty(
        "Period of the books",
        "book_period",
        (("proposed", ("period proposed",), A), ("closed", ("period closed",), A)),
    ),
    Duty(
        "Gift in cash or by cheque",
        "offline_gift",
        (("received", ("gift received",), None), ("counted", ("gift counted",), None)),
    ),
    Duty(
        "Gifts paid in",
        "gift_batch",
        (("entered", ("gift batch entered",), None), ("confirmed", ("gift batch confirmed",), None)),
    ),
    Duty(
        "Gift given back",
        "gift_return",
        (("entered", ("gift return entered",), None), ("confirmed", ("gift return confirmed",), None)),
    ),
    Duty(
        "Reference for Gift Aid",
        "gift_aid_recipient",
        (
            ("entered", ("gift aid reference entered",), None),
            ("verified", ("gift aid reference verified", "gift aid reference refused"), F),
        ),
    ),
    Duty(
        "Gifts handed on",
        "gift_payment",
        (("entered", ("gift payment entered",), None), ("confirmed", ("gift payment confirmed",), None)),
    ),
    Duty(
        "Money of an unpaid cheque back from a group",
        "gift_recovery",
        (("entered", ("gift recovery entered",), None), ("confirmed", ("gift recovery confirmed",), A)),
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One act on an item, by one person."""

    words: str
    person_id: int
    person: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One item with its steps. `twice`: ids of people in two steps. `near`: of those who might have done another one too."""

    words: str
    subject: str
    steps: tuple[Step, ...]
    twice: tuple[int, ...]
    near: tuple[int, ...]


# an award of a signed list was proposed by whoever made the panel's recommendation; the record has it from the signing
_ACTS: Final = """
SELECT a.subject, a.act, w.person_id, CASE WHEN w.of_list THEN 'panel' ELSE a.role END AS role, a.at,
  coalesce(nullif(p.name, ''), p.email, 'person ' || w.person_id) AS person
FROM audit_row a LEFT JOIN panel_recommendation r ON a.act = 'award proposed' AND r.id = (a.details->>'recommendation_id')::bigint
CROSS JOIN LATERAL (SELECT coalesce(r.made_by_id, a.person_id) AS person_id, r.id IS NOT NULL AS of_list) w
LEFT JOIN person p ON p.id = w.person_id
WHERE a.act = ANY($1::text[]) AND a.person_id IS NOT NULL AND a.at >= $2 AND a.at < $3 ORDER BY a.id"""
_ROLES: Final = "SELECT person_id, role, granted_at, ended_at FROM staff_role WHERE role = ANY($1::text[])"


async def report(begins: datetime, ends: datetime) -> list[Item]:
    """Items on which somebody acted between two moments of real time, findings first, then near misses."""
    acts = [act for duty in DUTIES for _, names, _ in duty.steps for act in names]
    rows = await fetch(_ACTS, acts, begins, ends)
    wanted = sorted({str(role) for duty in DUTIES for _, _, role in duty.steps if role is not None})
    roles = [(row["person_id"], row["role"], row["granted_at"], row["ended_at"]) for row in await fetch(_ROLES, wanted)]
    found = []
    for duty in DUTIES:
        of: dict[str, list[Step]] = {}
        for row in rows:
            words = next((words for words, names, _ in duty.steps if row["act"] in names), None)
            if words is not None and row["subject"].startswith(f"{duty.subject}:"):
                step = Step(words, row["person_id"], row["person"], row["role"], row["at"])
                of.setdefault(row["subject"], []).append(step)
        found += [item_of(duty, subject, steps, roles) for subject, steps in of.items()]
    return sorted(found, key=lambda item: (not item.twice, not item.near, item.words, item.subject))


def item_of(
    duty: Duty, subject: str, steps: Sequence[Step], roles: Iterable[tuple[int, str, datetime, datetime | None]]
) -> Item:
    """Whether anybody did two of its steps, or could have. Pure."""
    by_person: dict[int, set[str]] = {}
    for step in steps:
        by_person.setdefault(step.person_id, set()).add(step.words)
    twice = tuple(sorted(person for person, words in by_person.items() if len(words) > 1))
    of_step = {words: role for words, _, role in duty.steps}
    near: set[int] = set()
    for step in steps:
        others = {str(role) for words, role in of_step.items() if role is not None and words != step.words} - {
            str(of_step[step.words])
        }
        held = any(
            person_id == step.person_id and role in others and given <= step.at and (ended is None or ended > step.at)
            for person_id, role, given, ended in roles
        )
        near |= {step.person_id} if held and step.person_id not in twice else set()
    return Item(duty.words, subject, tuple(steps), twice, tuple(sorted(near)))


def table(found: Sequence[Item]) -> Table:
    """A line a step."""
    rows: list[tuple[Value, ...]] = [
        (item.words, item.subject, step.words, step.person, step.role, f"{step.at:%Y-%m-%d %H:%M}",
         "finding" if step.person_id in item.twice else "near miss" if step.person_id in item.near else "")
        for item in found
        for step in item.steps
    ]  # fmt: skip
    return Table("Segregation", ("Item", "Row", "Step", "Person", "In the role", "When", "What of it"), rows)


async def findings() -> list[str]:
    """Items with one person in two steps, over all time: for `check`."""
    rows = await fetch("SELECT min(at) AS first, max(at) AS last FROM audit_row")
    if rows[0]["first"] is None:
        return []
    bounds = await fetch("SELECT max(at) + interval '1 second' AS ends FROM audit_row")
    return [item.subject.replace(":", " ") for item in await report(rows[0]["first"], bounds[0]["ends"]) if item.twice]
