"""Declaring interests for a round, one more later, and the chair's raise. Nothing but groups and titles is shown here."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import called
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import SiteForm
from crowdfund_kent.templating import render
from panel import access
from panel.forms.interests import OneMoreForm, RaiseForm, declare_form, missing_words, said_of
from panel.kinds import Nature
from panel.models import Pitch, PitchInterest, Round
from panel.queries.pitches import round_by_slug
from panel.queries.rounds import called_pitch
from panel.routes.common import BOTH
from panel.routes.rounds import notice, tried_at
from panel.services import interests as services
from panel.services.interests import Said

DECLARERS: Final = staff(*services.DECIDING)
MEMBERS: Final = staff(Role.PANEL_MEMBER, Role.PANEL_CHAIR)


async def declare(request: Request) -> Response:
    """GET and POST /panel/{round}/interests: one choice for each pitch that was not declared on yet."""
    round_ = await _round(request)
    asked = await access.undeclared(round_, request.state.actor.person_id)
    ids = [pitch.id for pitch in asked]
    form = await declare_form([(pitch.id, pitch.project.group.name) for pitch in asked]).of(request)
    if request.method == "POST" and form.validate() and not missing_words(form, ids):
        work = partial(services.declare, round_.id, said_of(form, ids), request.state.actor)
        if await tried_at(form, work):
            return await done(request, await _back(round_, request.state.actor), "Your interests are declared")
    mine = await PitchInterest.filter(pitch__round_id=round_.id, person_id=request.state.actor.person_id).order_by("id")
    on_list = (
        await Pitch.filter(round_id=round_.id, status__in=access.ON_THE_LIST)
        .order_by("submitted_at", "id")
        .select_related("project__group", "campaign__version")
    )
    shut_out = await access.who_is_barred([pitch.id for pitch in on_list], [request.state.actor.person_id])
    context = {
        "asked": [(pitch, form[f"nature_{pitch.id}"], form[f"words_{pitch.id}"]) for pitch in asked],
        "found": {pitch.id: shut_out.get((pitch.id, request.state.actor.person_id), []) for pitch in on_list},
        "declared": [pitch for pitch in on_list if pitch.id not in set(ids)],
        "told": {row.pitch_id: row for row in mine},
        "again": len(asked) < len(on_list),
        **await _context(request, round_, form),
    }
    return render(request, "panel/interests/declare.html", context, form.response_status)


async def one_more(request: Request) -> Response:
    """GET and POST /panel/{round}/interests/add: remembered after the declaration. It adds and never takes away."""
    round_ = await _round(request)
    person_id = request.state.actor.person_id
    asked = {pitch.id for pitch in await access.undeclared(round_, person_id)}
    pitches = (
        await Pitch.filter(round_id=round_.id, status__in=access.ON_THE_LIST)
        .order_by("submitted_at", "id")
        .select_related("project__group", "campaign__version")
    )
    form = await OneMoreForm.of(request)
    form.pitch.choices = [
        (pitch.id, f"{called_pitch(pitch)}, {pitch.project.group.name}") for pitch in pitches if pitch.id not in asked
    ]
    if request.method == "POST" and form.validate():
        said = Said(Nature(form.nature.data), form.words.data)
        work = partial(services.add_to_pitch, int(form.pitch.data), said, request.state.actor)
        if await tried_at(form, work):
            return await done(request, await _back(round_, request.state.actor), "Your interest is declared")
    return render(request, "panel/interests/one_more.html", await _context(request, round_, form), form.response_status)


async def raise_it(request: Request) -> Response:
    """GET and POST /panel/{round}/interests/{id}/raise: the chair, or a deputy; never back again."""
    round_ = await round_by_slug(str(request.path_params["round"]))
    if request.state.actor.role != Role.AUDITOR:
        await access.require_seat(round_, request.state.actor)
    row = await PitchInterest.get_or_none(id=path_id(request), pitch__round_id=round_.id).select_related(
        "pitch__project__group", "pitch__campaign__version", "pitch__round"
    )
    if row is None:
        raise NotFound
    if request.state.actor.role != Role.AUDITOR:
        await services.require_chair(row.pitch, request.state.actor)
    form = await RaiseForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.raise_interest, row.id, form.words.data, request.state.actor)
        if await tried_at(form, work):
            return await done(request, f"/panel/{round_.slug}", "The interest bars now")
    context = {
        "row": row,
        "title": called_pitch(row.pitch),
        "group": row.pitch.project.group.name,
        "name": await _name(row.person_id),
        **await _context(request, round_, form),
    }
    return render(request, "panel/interests/raise.html", context, form.response_status)


async def _name(person_id: int) -> str:
    return called(await Person.get_or_none(id=person_id))


async def _round(request: Request) -> Round:
    round_ = await round_by_slug(str(request.path_params["round"]))
    if request.state.actor.role != Role.AUDITOR:
        await services.require_declarer(round_, request.state.actor)
    return round_


async def _back(round_: Round, by: Actor) -> str:
    """Members go on to their list, officers to theirs."""
    sits = await access.seat_of(round_, by.person_id) is not None
    return f"/panel/{round_.slug}" if sits else f"/staff/rounds/{round_.slug}"


async def _context(request: Request, round_: Round, form: SiteForm) -> dict[str, Any]:
    return {
        "form": form,
        "round": round_,
        "fund": round_.fund,
        "back": await _back(round_, request.state.actor),
        "generated_notice": notice(round_),
    }


ROUTES: Final[list[Route]] = [
    page("/panel/{round}/interests", declare, DECLARERS, name="panel_interests", methods=BOTH),
    page("/panel/{round}/interests/add", one_more, DECLARERS, name="panel_interest_add", methods=BOTH),
    page("/panel/{round}/interests/{id}/raise", raise_it, MEMBERS, name="panel_interest_raise", methods=BOTH),
]
