"""Broken down by objective, over the pilot's generated past: sums agree, and nothing that is left out elsewhere is had by it."""

from datetime import date

import pytest

from evaluation.disclosure import TO_THE_PENCE, public_figures
from evaluation.indicators import REGISTRY, measured
from evaluation.open_data.campaigns import campaigns_as_at
from evaluation.scope import Records, Scope

pytestmark = pytest.mark.usefixtures("imported", "db")
# of which the parts by objective are the whole
SUMMED = (
    "projects_matched", "projects_submitted", "projects_approved", "campaigns_opened", "projects_funded", "match_pledged",
    "match_confirmed", "match_paid", "project_value", "target", "crowd_pledged",
)  # fmt: skip


@pytest.mark.parametrize("day", [date(2021, 6, 24), date(2023, 6, 13)])
async def test_objectives_add_up_and_give_away_no_campaign(day: date) -> None:
    scope = Scope(day, None, Records.GENERATED)
    found = (await measured(scope)).found
    for key in SUMMED:
        parts = found[key].parts["objective"]
        assert sum(part.value or 0 for part in parts) == found[key].value, key
    shown = public_figures(REGISTRY, found)
    crowd, raised = shown["crowd_pledged"].parts["objective"], shown["raised"].parts["objective"]
    match = {part.key: part.value or 0 for part in found["match_pledged"].parts["objective"]}
    for given, both in zip(crowd, raised, strict=True):
        assert both.value == (None if given.value is None else given.value + match[given.key])
    campaigns = [one for one in await campaigns_as_at(scope) if one.match_pence]
    for part in crowd:
        of_it = [one.given_pence for one in campaigns if one.objective == part.key]
        if part.value is None:
            continue
        assert None not in of_it, "what is left out of one campaign would be what is left of its objective"
        assert abs(part.value - sum(pence or 0 for pence in of_it)) <= TO_THE_PENCE // 2 * (len(of_it) + 1)
    hidden = [part for part in crowd if part.value is None]
    assert len(hidden) != 1 or any(one.given_pence is None for one in campaigns)
    assert any(part.value for part in crowd), "something is told"
