"""Where groups stop, by district and by legal form: told where five or more stopped at one place, and not of fewer."""

from datetime import date

import pytest

from crowdfund_kent.clock import business_today
from evaluation.disclosure import public_figures
from evaluation.indicators import REGISTRY, measured
from evaluation.scope import Records, Scope
from projects.models import DraftCount

THANET, DOVER = "E07000114", "E07000108"


@pytest.mark.usefixtures("db")
async def test_drafts_that_were_let_go_of_are_told_by_place_where_five_or_more_stopped() -> None:
    for district, form, step, count in (
        (THANET, "charity", "costs", 5),
        (THANET, "unincorporated group", "costs", 2),
        (DOVER, "unincorporated group", "costs", 3),
        (DOVER, "unincorporated group", "story", 4),
    ):
        await DraftCount.create(
            month=date(2021, 5, 1), district_code=district, legal_form=form, tasks_done=3, last_step=step, count=count
        )
    found = (await measured(Scope(business_today(), None, Records.REAL))).found
    exact = found["projects_stopped"].parts
    assert [(part.name, part.value) for part in exact["last step and district"]] == [
        ("Thanet: costs", 7),
        ("Dover: story", 4),
        ("Dover: costs", 3),
    ]
    assert [(part.key, part.value) for part in exact["last step"]] == [("costs", 10), ("story", 4)]
    shown = public_figures(REGISTRY, found)["projects_stopped"].parts
    assert [(part.name, part.value) for part in shown["last step and district"]] == [("Thanet: costs", 10)]
    assert [(part.name, part.value) for part in shown["last step and legal form"]] == [
        ("charity: costs", 10),
        ("unincorporated group: costs", 10),
    ]
    earlier = (await measured(Scope(date(2021, 4, 30), None, Records.REAL))).found["projects_stopped"].parts
    assert earlier["last step and district"] == (), "of drafts that were begun later"
