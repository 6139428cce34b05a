"""For every rule of `check` one way to spoil the small world, as a superuser could, and the offender to be named."""

from tests.checks.spoils import (
    asking,
    books,
    care,
    finding,
    gifts,
    helping,
    history,
    holds,
    house,
    payments,
    people,
    pledges,
    pots,
    projects,
    requests,
    rounds,
    signing,
    talk,
)
from tests.checks.spoils.spoil import Spoil

SPOILS: dict[str, Spoil] = {
    **house.SPOILS,
    **people.SPOILS,
    **care.SPOILS,
    **projects.SPOILS,
    **talk.SPOILS,
    **helping.SPOILS,
    **finding.SPOILS,
    **pledges.SPOILS,
    **gifts.SPOILS,
    **pots.SPOILS,
    **asking.SPOILS,
    **rounds.SPOILS,
    **holds.SPOILS,
    **requests.SPOILS,
    **signing.SPOILS,
    **payments.SPOILS,
    **books.SPOILS,
    **history.SPOILS,
}
