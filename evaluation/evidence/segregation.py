"""Segregation of duties from what was really done: for each item who did each step, and whether anybody did two.

The steps are read from the sealed record (duties.py says which). A **finding** is one person in two steps of one item that
need two people, or somebody of the group in a step that is for people of no part in it; the site and the database refuse
both, so there should be none. A **near miss** is one person who could have been both: they acted on the item and held
another role of it then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.table_files import Table, Value
from evaluation.evidence.duties import DUTIES, GROUP_OF, Duty


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
    """One item with its steps. `twice`: ids of people in two steps. `near`: of those who might have done another one too.

    `inside`: of those who were of its group in a step that is for people of no part in it.
    """

    words: str
    subject: str
    steps: tuple[Step, ...]
    twice: tuple[int, ...]
    near: tuple[int, ...]
    inside: tuple[int, ...] = ()

    @property
    def is_finding(self) -> bool:
        """What must not be."""
        return bool(self.twice or self.inside)

    def what_of(self, person_id: int) -> str:
        """What is to be said of a person's part in it."""
        if person_id in self.twice:
            return "finding: two steps"
        if person_id in self.inside:
            return "finding: of the group"
        return "near miss" if person_id in self.near else ""


# an award of a signed list was proposed by whoever made the panel's recommendation; the record has it from the signing.
# A group accepts the match of an award; a group that is handed over is the row of the group.
_ACTS: Final = """
SELECT CASE a.act WHEN 'match pledged' THEN 'award:' || o.id WHEN 'hand over group' THEN
    'group_hand_over:' || (a.details->>'hand_over_id') ELSE a.subject END AS subject, a.act, w.person_id,
  CASE WHEN w.of_list THEN 'panel' ELSE a.role END AS role, a.at,
  coalesce(nullif(p.name, ''), p.email, 'person ' || w.person_id) AS person
FROM audit_row a LEFT JOIN panel_recommendation r ON a.act = 'award proposed' AND r.id = (a.details->>'recommendation_id')::bigint
LEFT JOIN award o ON a.act = 'match pledged' AND a.subject = 'match_pledge:' || o.match_pledge_id
CROSS JOIN LATERAL (SELECT coalesce(r.made_by_id, a.person_id) AS person_id, r.id IS NOT NULL AS of_list) w
LEFT JOIN person p ON p.id = w.person_id
WHERE a.act = ANY($1::text[]) AND a.person_id IS NOT NULL AND a.at >= $2 AND a.at < $3
  AND (a.act <> 'match pledged' OR o.id IS NOT NULL) ORDER BY a.id"""
_ROLES: Final = "SELECT person_id, role, granted_at, ended_at FROM staff_role WHERE role = ANY($1::text[])"
_MEMBERS: Final = (
    "SELECT g.id, m.person_id, m.created_at FROM ({of}) g JOIN group_member m ON m.group_id = g.group_id"
    " WHERE g.id = ANY($1::bigint[]) AND m.person_id = ANY($2::bigint[])"
)
Members = Mapping[str, Sequence[tuple[int, datetime]]]  # subject -> people of its group, and since when


async def report(begins: datetime, ends: datetime) -> list[Item]:
    """Items on which somebody acted between two moments of real time, findings first, then near misses."""
    acts = {act for duty in DUTIES for act in (*duty.over, *(one for _, names, _ in duty.steps for one in names))}
    rows = await fetch(_ACTS, sorted(acts), begins, ends)
    wanted = sorted({str(role) for duty in DUTIES for _, _, role in duty.steps if role is not None})
    roles = [(row["person_id"], row["role"], row["granted_at"], row["ended_at"]) for row in await fetch(_ROLES, wanted)]
    by_table: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_table.setdefault(row["subject"].partition(":")[0], []).append(row)
    found = []
    for duty in DUTIES:
        of = by_table.get(duty.subject, [])
        items = [item_of(duty, subject, steps, roles) for subject, steps in rounds_of(duty, of)]
        found += with_inside(duty, items, await _members(duty, items)) if duty.outside else items
    return sorted(found, key=lambda item: (not item.is_finding, not item.near, item.words, item.subject))


def rounds_of(duty: Duty, rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[Step]]]:
    """Subject -> its steps, in order; where something sent it back, what was done until then stands for itself. Pure."""
    of_act = {act: words for words, names, _ in duty.steps for act in names}
    now: dict[str, list[Step]] = {}
    for row in rows:
        subject, act = row["subject"], row["act"]
        steps = now.setdefault(subject, [])
        if act in of_act:
            steps.append(Step(of_act[act], row["person_id"], row["person"], row["role"], row["at"]))
        if act in duty.over:
            yield subject, steps
            now[subject] = [step for step in steps if step.words not in duty.over[act]]
    yield from ((subject, steps) for subject, steps in now.items() if steps)


async def _members(duty: Duty, items: Sequence[Item]) -> Members:
    """Of these items' groups who among those who acted ever had a place in it."""
    ids = [int(item.subject.partition(":")[2]) for item in items]
    people = sorted({step.person_id for item in items for step in item.steps})
    found: dict[str, list[tuple[int, datetime]]] = {}
    for row in await fetch(_MEMBERS.format(of=GROUP_OF[duty.subject]), ids, people) if ids else ():
        found.setdefault(f"{duty.subject}:{row['id']}", []).append((row["person_id"], row["created_at"]))
    return found


def with_inside(duty: Duty, items: Sequence[Item], members: Members) -> list[Item]:
    """The same with those who were of the group before a step that is for others. Pure."""
    return [
        replace(
            item,
            inside=tuple(
                sorted(
                    {
                        step.person_id
                        for step in item.steps
                        for person_id, since in members.get(item.subject, ())
                        if step.words in duty.outside and person_id == step.person_id and since <= step.at
                    }
                )
            ),
        )
        for item in items
    ]


def item_of(
    duty: Duty, subject: str, steps: Sequence[Step], roles: Iterable[tuple[int, str, datetime, datetime | None]]
) -> Item:
    """Whether anybody did two of its steps, or could have. Pure."""
    by_person: dict[int, set[str]] = {}
    for step in steps:
        by_person.setdefault(step.person_id, set()).add(step.words)
    twice = tuple(
        sorted(
            person
            for person, words in by_person.items()
            if any(frozenset(two) not in duty.joint for two in combinations(words, 2))
        )
    )
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
         item.what_of(step.person_id))
        for item in found
        for step in item.steps
    ]  # fmt: skip
    return Table("Segregation", ("Item", "Row", "Step", "Person", "In the role", "When", "What of it"), rows)


async def findings() -> list[str]:
    """Items with one person in two steps, or one of the group where others act, over all time: for `check`."""
    rows = await fetch("SELECT min(at) AS first, max(at) AS last FROM audit_row")
    if rows[0]["first"] is None:
        return []
    bounds = await fetch("SELECT max(at) + interval '1 second' AS ends FROM audit_row")
    return [
        item.subject.replace(":", " ") for item in await report(rows[0]["first"], bounds[0]["ends"]) if item.is_finding
    ]
