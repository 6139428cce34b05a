"""What a group does next while its campaign runs: concrete, few, and only what fits how it stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.money import pounds
from crowdfund_kent.templating import plural
from projects.raised import NextStep

FIRST_PEOPLE: Final = 20
EARLY_DAYS: Final = 14
LAST_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """How a campaign stands, as far as it matters for what to do. Pence; `days_left` is None when it takes no pledges."""

    is_live: bool
    target_pence: int
    raised_pence: int
    waiting_pence: int
    backers: int
    days_open: int
    days_left: int | None
    one_gives_much: bool
    backers_missing: int = 0  # to the conditions of the nearest fund
    pence_missing: int = 0
    funder: str = ""

    @property
    def is_met(self) -> bool:
        """The target is reached."""
        return self.raised_pence >= self.target_pence


def next_things(standing: Standing, pages: Mapping[str, str]) -> list[NextStep]:
    """At most four, the most pressing first. `pages`: the addresses of "spread" and "updates"."""
    if not standing.is_live or standing.days_left is None:
        return []
    found = [*_waiting(standing, pages), *_people(standing, pages), *_words(standing, pages)]
    return found[:4]


def _waiting(standing: Standing, pages: Mapping[str, str]) -> list[NextStep]:
    if not standing.waiting_pence:
        return []
    return [
        NextStep(
            "Tell your backers that our e-mail about the later day is real",
            pages["updates"],
            f"{pounds(standing.waiting_pence)} waits for a yes. Without one those pledges are let go on the last day.",
        )
    ]


def _people(standing: Standing, pages: Mapping[str, str]) -> list[NextStep]:
    made = []
    if standing.backers < FIRST_PEOPLE and standing.days_open <= EARLY_DAYS:
        left = FIRST_PEOPLE - standing.backers
        made.append(
            NextStep(
                f"Send the page to {plural(left, 'person', 'people')} you know, one by one",
                pages["spread"],
                "A message to one person, in your own words, does more than a post to many. Ask them to pledge today.",
            )
        )
    if standing.funder and (standing.backers_missing or standing.pence_missing):
        wanted = [plural(standing.backers_missing, "more backer")] if standing.backers_missing else []
        wanted += [f"{pounds(standing.pence_missing)} more from backers"] if standing.pence_missing else []
        made.append(
            NextStep(
                f"Get {' and '.join(wanted)}, so that {standing.funder} can look at it",
                pages["spread"],
                "Small pledges count as much as large ones here: each person is counted once.",
            )
        )
    if standing.one_gives_much and not standing.is_met:
        made.append(
            NextStep(
                "Ask for many small pledges",
                pages["spread"],
                "One person gives more than a third of it. If they go, so does that.",
            )
        )
    if not standing.is_met and standing.days_left is not None and standing.days_left <= LAST_DAYS:
        made.append(
            NextStep(
                "Say the last day in everything you send",
                pages["spread"],
                f"{pounds(standing.target_pence - standing.raised_pence)} is missing. If it is not reached, nobody is"
                " charged and you get nothing.",
            )
        )
    return made


def _words(standing: Standing, pages: Mapping[str, str]) -> list[NextStep]:
    made = []
    if standing.is_met:
        made.append(NextStep("Thank your backers", pages["updates"], "Say what happens now, and when."))
    elif standing.days_open > LAST_DAYS:
        made.append(
            NextStep("Post an update", pages["updates"], "A picture and three sentences: what moved this week.")
        )
    if not standing.is_met:
        made.append(
            NextStep("Print the poster", pages["spread"], "For windows and counters where people wait: A4 or A5.")
        )
    return made
