"""The pages of awards: for those who propose and sign, for the group that answers, and the public record."""

from typing import Final

from starlette.routing import Route

from panel.routes import deciding, feedback, offers, papers, pitch_office, pitches, proposing, record

ROUTES: Final[list[Route]] = [
    *proposing.ROUTES,
    *deciding.ROUTES,
    *offers.ROUTES,
    *record.ROUTES,
    *pitches.ROUTES,
    *feedback.ROUTES,
    *papers.ROUTES,
    *pitch_office.ROUTES,
]
SITEMAP: Final = (record.listed,)
