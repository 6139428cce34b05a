"""Forty queries as people type them, each with the campaign that is meant: among the first three for at least 38.

The queries were written before the search was built, over the projects of made_up.py. Those of `LATER` were laid aside
while it was tuned, and those of `FRESH` written when it was done, so that they tell how it does with what nobody had in mind.
"""

from typing import Final

import pytest

from pledges.public.finding import find
from pledges.public.search import Wanted
from tests.public import made_up

FIRST: Final = 3
QUERIES: Final = (
    ("tidal pool", "pool"),
    ("TIDAL POOL STEPS", "pool"),
    ("orchards", "orchard"),
    ("comunity kitchen", "orchard"),
    ("repair cafe", "repair"),
    ("sign language drama", "theatre"),
    ("village shop frezer", "freezer"),
    ("swift nest boxes", "swifts"),
    ("brass band lessons", "brass"),
    ("oap lunch", "lunch"),
    ("skate park", "ramps"),
    ("playground herne bay", "play"),
    ("play park", "play"),
    ("food bank sheppey", "larder"),
    ("defib", "heart"),
    ("defibrilator", "heart"),
    ("Folkstone ferry", "ferry"),
    ("mens shed", "shed"),
    ("cranbrook minibus", "bus"),
    ("pond wye", "pond"),
    ("coding for girls", "coding"),
    ("village cinema", "cinema"),
    ("alotment", "allot"),
    ("beekeeping", "bees"),
    ("scout canoes", "canoe"),
    ("alzheimers singing", "dementia"),
    ("disabled toilet", "toilet"),
    ("breakfast club", "pantry"),
    ('"new sails"', "windmill"),
    ("xmas lights", "lights"),
    ("womens refuge", "refuge"),
    ("bike track", "pump"),
    ("littel library", "library"),
    ("lobsters ramsgate", "reef"),
    ("Whistable pottery", "kiln"),
    ("hedgeh", "hedge"),
    ("homeless shelter", "church"),
    ("Beechwood Green Neighbours", "play"),
    ("ukelele", "ukulele"),
    ("steam train", "steam"),
)
LATER: Final = (
    ("swimming steps for disabled people margate", "pool"),
    ("Ramsgte bees", "bees"),
    ("veterans marching band", "march"),
    ("sandwitch", "march"),
    ("windmil", "windmill"),
    ("pensioners badminton", "badminton"),
    ("lonely bench", "well"),
    ("knitting group", "wool"),
    ("community radio ashford", "radio"),
    ("toddler group", "toddler"),
    ("tree planting", "trees"),
    ("litter picking", "litter"),
    ("foodbank", "larder"),
    ("film night headcorn", "cinema"),
    ("english for refugees", "refugee"),
    ("lgbt", "pride"),
    ("end of life care", "hospice"),
    ("blind newspaper", "blind"),
    ("open air swimming", "lido"),
    ("judo matts", "judo"),
)

# written when the search was done and run once: 23 of 24 then. Whoever changes the search should not look at it first
FRESH: Final = (
    ("sea swimming", "pool"),
    ("apple", "orchard"),
    ("fix my toaster", "repair"),
    ("bsl youth group", "theatre"),
    ("trumpet lessons", "brass"),
    ("meals on wheels gravesend", "lunch"),
    ("skateboarding lessons", "ramps"),
    ("cold village hall", "hall"),
    ("ferry memories", "ferry"),
    ("wheelchair friendly garden canterbury", "wheels"),
    ("baby singing", "choir"),
    ("aed deal", "heart"),
    ("birdwatching saltmarsh", "sign"),
    ("retired men hythe", "shed"),
    ("newts", "pond"),
    ("girls computer club", "coding"),
    ("honey", "bees"),
    ("tile mural ashford", "mosaic"),
    ("changing places", "toilet"),
    ("esol folkestone", "refugee"),
    ("post office east peckam", "pub"),
    ("hedghog", "hedge"),
    ("flod sandbags", "flood"),
    ("sheppy music primary", "ukulele"),
)


async def misses(queries: tuple[tuple[str, str], ...]) -> list[str]:
    """The queries whose campaign is not among the first three, with what came instead."""
    await made_up.load()
    missed = []
    for typed, meant in queries:
        found = await find(Wanted(search=typed), "")
        first = [one.slug for one in found.projects[:FIRST]]
        if meant not in first:
            missed.append(f"{typed!r}: meant {meant}, found {first} of {found.total}")
    return missed


@pytest.mark.usefixtures("db")
async def test_at_least_38_of_40_queries_find_the_campaign_that_is_meant_in_the_first_three() -> None:
    assert (len(made_up.PROJECTS), len(QUERIES)) == (64, 40)
    missed = await misses(QUERIES)
    print("missed:", *missed, sep="\n  ")  # noqa: T201 - the table is there to be read
    assert len(missed) <= 2, missed


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("queries", [LATER, FRESH], ids=["laid aside", "fresh"])
async def test_queries_that_nobody_had_in_mind_do_nearly_as_well(queries: tuple[tuple[str, str], ...]) -> None:
    missed = await misses(queries)
    print("missed:", *missed, sep="\n  ")  # noqa: T201 - the table is there to be read
    assert len(missed) <= 2, missed
