"""The pages of awards: for those who propose and sign, for the group that answers, and the public record."""

from typing import Final

from starlette.routing import Route

from panel.routes import (
    attendance,
    deciding,
    feedback,
    holds,
    interests,
    meeting,
    member,
    minutes,
    offers,
    papers,
    pitch_office,
    pitches,
    proposing,
    published,
    record,
    redacting,
    register,
    requests,
    round_record,
    rounds,
    scoring,
    seats,
    signing,
    voting,
    what_if,
)

ROUTES: Final[list[Route]] = [
    *proposing.ROUTES,
    *deciding.ROUTES,
    *offers.ROUTES,
    *record.ROUTES,
    *round_record.ROUTES,
    *minutes.ROUTES,
    *pitches.ROUTES,
    *feedback.ROUTES,
    *papers.ROUTES,
    *pitch_office.ROUTES,
    *holds.ROUTES,
    *scoring.ROUTES,
    *meeting.ROUTES,
    *voting.ROUTES,
    *signing.ROUTES,
    *what_if.ROUTES,
    *rounds.ROUTES,
    *attendance.ROUTES,
    *seats.ROUTES,
    *interests.ROUTES,
    *register.ROUTES,
    *member.ROUTES,
    *requests.ROUTES,
    *redacting.ROUTES,
    *published.ROUTES,
]
SITEMAP: Final = (record.listed, round_record.listed, published.listed)
