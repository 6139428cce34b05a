"""Officers' pages: what waits to be signed, what could be proposed, and the form that proposes it."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.money import pounds, pounds_exact
from crowdfund_kent.templating import render, short_day
from panel.forms.awards import ProposeForm
from panel.queries import awards as queries
from panel.queries.awards import Candidate, Proposal
from panel.queries.grants import GrantCandidate, grant_candidates
from panel.queries.signals import signals_for
from panel.routes import looking
from panel.routes.common import BOTH, READERS, calculator_rows
from panel.services import awards as services
from panel.weighing import weigh
from pledges.fund_queries import fund_by_slug, generated_notice, pot_of
from pledges.models import MatchFund
from pledges.recipients import title_for, title_of
from projects.models import Campaign, Project

OFFICERS: Final = staff(Role.FUND_OFFICER)


async def awards(request: Request) -> Response:
    """GET /staff/awards: a list to sign for each fund, with what is left after each row, and what was decided."""
    person_id = request.state.actor.person_id
    officer_of = {fund.id for fund in await queries.funds_of(person_id, Role.FUND_OFFICER)}
    shown, funds = [], await queries.funds_of(person_id, *READERS)
    for fund in funds:
        pot, waiting = await queries.proposals(fund)
        decided = await queries.decided(fund)
        closed = await queries.closed_to(decided, request.state.actor)
        shown.append(
            {
                "fund": fund,
                "left_pence": pot.together.left_pence,
                "rows": _list_rows(waiting),
                "decided": [award for award in decided if award.id not in closed],
                "may_propose": fund.id in officer_of,
            }
        )
    context = {
        "funds": shown,
        "title_for": title_for,
        "flash": await sessions.take_flash(request),
        "generated_notice": generated_notice(funds),
    }
    return render(request, "panel/awards.html", context)


def _list_rows(waiting: list[Proposal]) -> list[dict[str, Any]]:
    rows = []
    for one in waiting:
        award = one.award
        rows.append(
            {
                "cells": [
                    {"text": title_for(award), "href": f"/staff/awards/{award.id}"},
                    pounds_exact(award.amount_pence),
                    pounds(one.now.most.pence),
                    one.now.most.binding_words.capitalize(),
                    pounds_exact(one.after.left_pence),
                    one.problem or {"text": "", "tag": "can be signed", "tone": "yes"},
                ],
                "line": "the pot ends here" if not one.after.fits else None,
            }
        )
    return rows


async def choose(request: Request) -> Response:
    """GET /staff/funds/{slug}/awards/new: live campaigns, and what the fund could give to each."""
    fund = await _fund(request)
    if fund.without_crowd:
        return await _choose_project(request, fund)
    context = {
        "fund": fund,
        "rows": [_candidate_row(fund, one) for one in await queries.candidates(fund)],
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "panel/choose.html", context)


async def _choose_project(request: Request, fund: MatchFund) -> Response:
    """Projects whose group has named somebody who knows them, and which of them an officer has checked."""
    rows = [_project_row(fund, one) for one in await grant_candidates(fund)]
    context = {
        "fund": fund,
        "rows": rows,
        "flash": await sessions.take_flash(request),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "panel/choose_project.html", context)


def _project_row(fund: MatchFund, one: GrantCandidate) -> list[Any]:
    project, now = one.project, one.now
    base = f"/staff/funds/{fund.slug}/awards/new/{project.id}"
    checked = now is not None and now.not_yet is None
    return [
        {"text": project.title, "href": base if checked else f"{base}/look"},
        project.group.name,
        pounds(now.terms.target_pence) if now else "",
        pounds(now.most.pence) if now else "",
        (now.most.binding_words.capitalize() if checked and now else "Check it first"),
    ]


def _candidate_row(fund: MatchFund, one: Candidate) -> list[Any]:
    campaign, now = one.campaign, one.now
    title = title_of(campaign)
    ready = now.not_yet is None and now.most.pence > 0
    return [
        {"text": title, "href": f"/staff/funds/{fund.slug}/awards/new/{campaign.id}"} if ready else title,
        pounds(now.terms.target_pence),
        str(now.totals.backers),
        pounds(now.totals.crowd_pence),
        pounds(now.most.pence),
        now.not_yet.words if now.not_yet else now.most.binding_words.capitalize(),
        short_day(campaign.last_day) if campaign.last_day else "",
    ]


async def propose(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/awards/new/{id}."""
    fund = await _fund(request)
    given_to = await _given_to(fund, path_id(request))
    campaign = given_to if isinstance(given_to, Campaign) else None
    title = title_of(given_to) if isinstance(given_to, Campaign) else given_to.title
    pot = await pot_of(fund)
    form = await ProposeForm.of(request)
    form.purposes.choices = [(source.id, f"{source.name}: {source.purpose}") for source in pot.purposes]
    if request.method == "POST" and form.validate():
        work = partial(
            services.propose,
            campaign.id if campaign is not None else None,
            fund.id,
            form.amount.data,
            form.reasons.data,
            request.state.actor,
            project_id=given_to.id if campaign is None else None,
            purpose_reason=form.purpose_reason.data or "",
            fitting=form.fitting(),
        )
        if await tried(form, work, "amount"):
            return await done(request, "/staff/awards", f"Proposed: {pounds(form.amount.data)} for {title}")
    fitting = form.fitting() if not form.purposes.errors else []
    now = await weigh(given_to, fund.id, [one.id for one in pot.purposes if one.id in fitting])
    whole = await weigh(given_to, fund.id, [one.id for one in pot.purposes])
    context = {
        "form": form,
        "fund": fund,
        "campaign": campaign,
        "title": title,
        "flash": await sessions.take_flash(request),
        "has_purposes": bool(pot.purposes),
        "now": now,
        "rows": calculator_rows(now.most),
        "generated_notice": generated_notice([fund]),
        "signals": await signals_for(given_to.project_id, given_to.id)
        if isinstance(given_to, Campaign)
        else await signals_for(given_to.id, None),
        "most_with_purposes": whole.most.pence if whole.most.pence > now.most.pence else None,
    }
    return render(request, "panel/propose.html", context, form.response_status)


async def _given_to(fund: MatchFund, id_: int) -> Campaign | Project:
    """The campaign of the path; of a fund that works without a crowd, the project."""
    if fund.without_crowd:
        project = await Project.get_or_none(id=id_).select_related("group")
        if project is None:
            raise NotFound
        return project
    campaign = await Campaign.get_or_none(id=id_).select_related("project__group", "version")
    if campaign is None or campaign.version is None:
        raise NotFound
    return campaign


async def _fund(request: Request) -> MatchFund:
    fund = await fund_by_slug(str(request.path_params["slug"]))
    await require_role(request.state.actor, Role.FUND_OFFICER, fund_id=fund.id)
    return fund


ROUTES: Final[list[Route]] = [
    page("/staff/awards", awards, staff(*READERS), name="staff_awards"),
    page("/staff/funds/{slug}/awards/new", choose, OFFICERS, name="staff_award_choose"),
    page("/staff/funds/{slug}/awards/new/{id}", propose, OFFICERS, name="staff_award_propose", methods=BOTH),
    *looking.ROUTES,
]
