"""A round at its meeting and what an address to its pages names; the officer who holds all roles chairs it."""

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import execute
from crowdfund_kent.wiring import site_routes
from panel.kinds import Bar, Nature, SeatKind
from panel.services import interests, rounds, seats
from panel.services.interests import Said
from tests.panel import rounds_make as make

Places = dict[str, str]
BELOW = ("/rounds/{slug}", "/staff/rounds/{slug}", "/panel/{round}", "/staff/interests/", "/staff/funds/{slug}/panel")


async def build(officer: Person) -> dict[str, Places]:
    """Route name -> what stands in the places of its path."""
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    by = Actor(officer.id, Role.FUND_OFFICER)
    await seats.end_seat(panel.seat(panel.chair).id, panel.officer)
    today = business_today()
    await seats.give_seat(panel.fund.id, officer.id, SeatKind.CHAIR, "Chair", today, panel.fund.ends_on, panel.officer)
    told = Said(Nature.OTHER, "I have been there once.")
    await interests.declare(panel.round.id, {pitch.id: told}, panel.ann)
    await make.declare_nothing(panel.round, by, panel.ben)
    row = await pitch.interests.all().first()  # type: ignore[attr-defined]
    entry = await interests.add_to_register(
        officer.id, body="A firm", nature=Nature.MONEY, bar=Bar.BARRED, words="Mine.", from_day=today, by=by
    )
    # the day goes by for this round alone: nobody else's clock moves
    await execute(
        "UPDATE panel_round SET opens_on = $2, pitch_by = $2 WHERE id = $1", panel.round.id, make.before(today)
    )
    await rounds.close_when_due(panel.round.id)
    await rounds.begin_meeting(panel.round.id, panel.officer)
    places = {
        "slug": panel.round.slug,
        "round": panel.round.slug,
        "reference": pitch.reference,
        "id": str(row.id),
    }
    made = {route.name: places for route in site_routes() if route.path.startswith(BELOW)}
    of_fund = {"slug": panel.fund.slug, "id": str(panel.seat(panel.ben).id)}
    return made | {
        "staff_fund_panel": of_fund,
        "staff_fund_panel_give": of_fund,
        "staff_fund_panel_end": of_fund,
        "staff_round_plan": of_fund,
        "staff_round_reserve": places | {"id": str(panel.seat(panel.reserve).id)},
        "staff_interests_of": {"id": str(panel.ann.person_id)},
        "staff_interest_add_for": {"id": str(panel.ann.person_id)},
        "staff_interest_end": {"id": str(entry.id)},
    }
