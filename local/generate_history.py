"""Generate the demo's past: a council's records that fit the public totals exactly, and are nobody's.

    python -m local.generate_history        writes local/history/*-generated.csv anew (the same bytes each time)

Facts (domain.md's public record, quoted in docs/history.md): as at 24 June 2021, 28 projects with match pledges of
£130,000 and a project value of £550,000; by June 2023 about 60 projects, over £1.1m in total, nearly 5,000 backers.
Everything else is drawn from a seed. Group names are put together from places that do not exist.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from crowdfund_kent.money import split_pence
from local.invented import LEGAL_FORMS, OBJECTIVES, PURPOSES, TOWNS, Names

FOLDER: Final = Path(__file__).parent / "history"
FUND: Final = "crowdfund-kent-pilot"
EARLY_DAY: Final = date(2021, 6, 24)
EARLY_PROJECTS: Final = 28
EARLY_MATCH: Final = 130_000  # pounds, all of this file
EARLY_VALUE: Final = 550_000
EARLY_FAILED: Final = 2  # of the 28, which missed their target later
LATER_SETTLED: Final = 34
LATER_MATCH: Final = 150_000
LATER_VALUE: Final = 636_000
LATE_FAILED_WITH_MATCH: Final = 3
FAILED_WITHOUT_MATCH: Final = 22
CANCELLED: Final = 3
BACKERS: Final = 4_951  # of the 60 funded projects
FIRST_DAY: Final = date(2021, 3, 1)
LAST_DAY: Final = date(2023, 2, 28)


@dataclass
class Past:
    """One project of the past. Pounds."""

    reference: str
    outcome: str
    value: int
    match: int
    opened: date
    last_day: date
    pledged: date | None
    in_kind: int = 0
    other: int = 0
    crowd: list[tuple[str, date, int, str, date | None]] = field(default_factory=list)

    @property
    def target(self) -> int:
        return self.value - self.in_kind - self.other


def generate(seed: int = 20210624) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of both files, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - not a secret
    pasts = _plans(rng)
    for past in pasts:
        _money(rng, past)
    _crowds(rng, pasts)
    names = Names(rng)
    projects = [_project_row(rng, names, past, number) for number, past in enumerate(pasts)]
    pledges = [row for past in pasts for row in _pledge_rows(past)]
    for number, row in enumerate(pledges, 1):
        row["pledge"] = f"G{number:05d}"
    return projects, pledges


def _plans(rng: random.Random) -> list[Past]:
    """Which projects there were, what they cost, what KCC pledged and when."""
    plans = list[Past]()

    def add(outcome: str, value: int, match: int, days: tuple[date, date, date | None]) -> None:
        plans.append(Past(f"CK{len(plans) + 1:03d}", outcome, value, match, days[0], days[1], days[2]))

    def shares(total: int, weights: Sequence[int]) -> list[int]:
        return split_pence(total, weights)

    matches = shares(EARLY_MATCH, [rng.randint(20, 80) for _ in range(EARLY_PROJECTS)])
    values = shares(EARLY_VALUE, [match * rng.randint(35, 52) for match in matches])
    for number, (match, value) in enumerate(zip(matches, values, strict=True)):
        failed = number >= EARLY_PROJECTS - EARLY_FAILED
        # the two that failed did so after the 24th: on that day their match pledge still counted
        opened = FIRST_DAY + timedelta(days=rng.randint(45 if failed else 0, 60))
        last_day = opened + timedelta(days=83 if failed else rng.randint(56, 83))
        latest = min(EARLY_DAY, last_day - timedelta(days=5))
        pledged = opened + timedelta(days=rng.randint(24, (latest - opened).days))
        add("unsuccessful" if failed else "settled", value, match, (opened, last_day, pledged))
    matches = shares(LATER_MATCH, [rng.randint(20, 80) for _ in range(LATER_SETTLED)])
    values = shares(LATER_VALUE, [match * rng.randint(32, 46) for match in matches])
    for match, value in zip(matches, values, strict=True):
        add("settled", value, match, _later(rng, EARLY_DAY + timedelta(days=4)))
    for _ in range(LATE_FAILED_WITH_MATCH):
        match = rng.randint(10, 25) * 100
        add("unsuccessful", match * 4, match, _later(rng, EARLY_DAY + timedelta(days=4)))
    for number in range(FAILED_WITHOUT_MATCH + CANCELLED):
        opened, last_day, _ = _later(rng, FIRST_DAY + timedelta(days=24))
        outcome = "unsuccessful" if number < FAILED_WITHOUT_MATCH else "cancelled"
        add(outcome, rng.randint(25, 240) * 100, 0, (opened, last_day, None))
    return sorted(plans, key=lambda past: (past.opened, past.reference))


def _later(rng: random.Random, first_pledged: date) -> tuple[date, date, date]:
    """Opened, last day and the day of the match pledge, at or after `first_pledged`, within the pilot."""
    latest = LAST_DAY - timedelta(days=84)
    opened = first_pledged - timedelta(days=24) + timedelta(days=rng.randint(0, (latest - first_pledged).days + 24))
    last_day = opened + timedelta(days=rng.randint(50, 83))
    return opened, last_day, opened + timedelta(days=rng.randint(24, 44))


def _money(rng: random.Random, past: Past) -> None:
    """Part of the value is in kind, part of the cash was found before; the match stays within half of the target."""
    past.in_kind = past.value * rng.randint(6, 18) // 100
    past.other = past.value * rng.choice([0, 0, 4, 8, 12]) // 100
    while past.target < 2 * past.match:
        past.other, past.in_kind = 0, past.in_kind // 2
    assert past.target >= 250


def _crowds(rng: random.Random, pasts: Sequence[Past]) -> None:
    """Who backed what, when and with how much: BACKERS people over the funded projects, some of them twice."""
    funded = [past for past in pasts if past.outcome == "settled"]
    sizes = split_pence(BACKERS, [rng.randint(50, 120) for _ in funded])
    people = [f"backer-{number:05d}" for number in range(1, BACKERS + 1)]
    taken = 0
    for past, size in zip(funded, sizes, strict=True):
        new = people[taken : taken + size]
        again = rng.sample(people[:taken], k=min(taken, size // 12))
        taken += size
        wanted = past.target - past.match
        _give(rng, past, new + again, wanted + wanted * rng.randint(0, 6) // 100)
    for number, past in enumerate(past for past in pasts if past.outcome != "settled"):
        count = rng.randint(24, 45) if past.match else rng.randint(3, 40)
        share = rng.randint(25, 60) if past.match else rng.randint(4, 62)
        wanted = min(past.target * share // 100, past.target - past.match - 50)
        _give(rng, past, [f"backer-{number:02d}x{n:03d}" for n in range(count)], max(wanted, count * 2))


def _give(rng: random.Random, past: Past, people: Sequence[str], total: int) -> None:
    """`total` pounds from `people`: many small gifts, a few large ones; the first 25 before the match pledge."""
    weights = [round(10 * rng.lognormvariate(0, 1.0)) + 3 for _ in people]
    amounts = [2 + part for part in split_pence(max(total - 2 * len(people), 0), weights)]
    length = (past.last_day - past.opened).days
    for number, (person, amount) in enumerate(zip(people, amounts, strict=True)):
        day = past.opened + timedelta(days=min(length, int(length * rng.betavariate(0.8, 1.0))))
        if past.pledged and number < 25:
            day = past.opened + timedelta(days=rng.randint(0, (past.pledged - past.opened).days - 1))
        past.crowd.append((person, day, amount, _end(rng, past), None))
    for number in range(rng.randint(0, 2)):
        day = past.opened + timedelta(days=rng.randint(0, length - 4))
        change_of_mind = (f"{past.reference.lower()}-gone-{number}", day, rng.choice([5, 10, 20]), "cancelled")
        past.crowd.append((*change_of_mind, day + timedelta(days=rng.randint(0, 4))))
    if past.pledged:
        _reach_the_trigger(past)


def _reach_the_trigger(past: Past) -> None:
    """KCC is never first: a tenth of the target was there the day before its pledge. Bring gifts forward until it was."""
    assert past.pledged is not None
    before = past.pledged - timedelta(days=1)
    crowd = sorted(past.crowd, key=lambda gift: gift[1])
    there = sum(gift[2] for gift in crowd if gift[1] <= before and gift[3] != "cancelled")
    for index, gift in enumerate(crowd):
        if there * 10 >= past.target:
            break
        if gift[1] > before and gift[3] != "cancelled":
            crowd[index] = (gift[0], before, *gift[2:])
            there += gift[2]
    past.crowd = crowd


def _end(rng: random.Random, past: Past) -> str:
    if past.outcome == "settled":
        return "dropped" if rng.random() < 0.015 else "collected"
    return "released"


def _project_row(rng: random.Random, names: Names, past: Past, number: int) -> dict[str, object]:
    codes = sorted(TOWNS)
    code = codes[number % len(codes)] if number < 2 * len(codes) else rng.choice(codes)
    objective = OBJECTIVES[rng.choice([0, 0, 1, 2, 2, 3, 4, 5])]
    costs = past.value - past.in_kind
    capital = costs * rng.choice([0, 20, 35, 50, 70]) // 100
    group, title, summary = names.take(objective)
    ran = past.outcome != "cancelled"
    decided = past.last_day + timedelta(days=1) if ran else past.opened + timedelta(days=rng.randint(20, 40))
    settled = decided + timedelta(days=rng.randint(3, 14)) if past.outcome == "settled" else None
    if not ran:
        past.crowd = [gift for gift in past.crowd if gift[1] < decided and (gift[4] is None or gift[4] < decided)]
    return {
        "project": past.reference,
        "group": group,
        "legal_form": rng.choice(LEGAL_FORMS),
        "title": title,
        "summary": summary,
        "place": rng.choice(TOWNS[code]),
        "district": code,
        "objective": objective,
        "capital": capital,
        "revenue": costs - capital,
        "other_funding": past.other or "",
        "in_kind": past.in_kind or "",
        "target": past.target,
        "opened": past.opened,
        "last_day": past.last_day,
        "outcome": past.outcome,
        "decided": decided,
        "settled": settled or "",
        "match_1_fund": FUND if past.match else "",
        "match_1_amount": past.match or "",
        "match_1_pledged": past.pledged or "",
        "match_1_paid": settled + timedelta(days=rng.randint(3, 14)) if settled else "",
        "match_1_purpose": rng.choice(PURPOSES[objective]) if past.match and PURPOSES[objective] else "",
    }


def _pledge_rows(past: Past) -> Iterable[dict[str, object]]:
    for person, day, amount, outcome, ended in sorted(past.crowd, key=lambda gift: (gift[1], gift[0])):
        yield {
            "pledge": "",
            "project": past.reference,
            "backer": person,
            "pledged": day,
            "amount": amount,
            "outcome": outcome,
            "ended": ended or "",
        }


def write(folder: Path = FOLDER) -> list[Path]:
    """Write both files and the text that stands beside them."""
    folder.mkdir(exist_ok=True)
    written = []
    for name, rows in zip(("projects", "pledges"), generate(), strict=True):
        path = folder / f"{name}-generated.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        written.append(path)
    note = folder / "ABOUT-THESE-FILES.txt"
    note.write_text(
        "The CSV files in this folder are generated records: only their totals are facts.\n"
        "As at 24 June 2021 they hold 28 projects with match pledges of £130,000.00 and a project value of\n"
        "£550,000.00, as Kent County Council's Cabinet was told that day; by June 2023 60 funded projects, more than\n"
        "£1.1m of project value and nearly 5,000 backers. No group, project or person in them is real.\n"
        "Made by: python -m local.generate_history (the same bytes each time).\n",
        encoding="utf-8",
    )
    return [*written, note]


if __name__ == "__main__":
    for path in write():
        print(path)
