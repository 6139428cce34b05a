"""A signed list as what_if.py replays it: every number as its decision keeps it. Reads only."""

from collections.abc import Mapping, Sequence
from typing import Any

from crowdfund_kent.geography import district, is_district
from panel.models import Decision, Pitch, Round
from panel.queries.decisions import decisions_of
from panel.ranking import Sources
from panel.rules import NOBODY_LOOKED
from panel.what_if import NOT_RECORDED, Case, Changes, Replay, replay, terms_of
from pledges.calculator import most
from pledges.kinds import Accrual


async def list_of(round_: Round) -> tuple[list[Case], Sources]:
    """The pitches of a signed round in rank order, and what was left in each source of the fund before the list."""
    found = await decisions_of(round_)
    cases = [_case(one.decision, one.title, without_crowd=round_.fund.without_crowd) for one in found]
    return cases, _sources([one.decision.calculation for one in found])


def _sources(stored: Sequence[Mapping[str, Any]]) -> Sources:
    """As the first decision keeps them; of a record that keeps none, one source with what the calculator found there."""
    for calculation in stored:
        if calculation.get("pot"):
            return [(int(one), bool(purpose), int(left)) for one, purpose, left in calculation["pot"]]
        if calculation.get("inputs"):
            return [(0, False, int(calculation["inputs"]["pot_available_pence"]))]
    return []


def _case(decision: Decision, title: str, *, without_crowd: bool) -> Case:
    kept: Mapping[str, Any] = decision.calculation
    pitch: Pitch = decision.pitch
    return Case(
        reference=pitch.reference,
        title=title,
        district=_district(pitch),
        places=tuple(kept.get("place_kinds") or pitch.place_kinds or ()),
        rank=decision.rank,
        score_bp=decision.score_bp,
        asked_pence=pitch.asked_pence or 0,
        signed_pence=decision.amount_pence or 0,
        terms=terms_of(kept),
        fitting=tuple(kept.get("fitting") or ()),
        backers=int(kept.get("backers") or 0),
        crowd_pence=int(kept.get("crowd_pence") or 0),
        least_backers=int(kept.get("least_backers") or 0),
        least_raised_bp=int(kept.get("least_raised_bp") or 0),
        asks_crowd=not without_crowd and kept.get("accrual") != Accrual.IN_FIRST,
        stopped=_stopped(kept),
    )


def _stopped(kept: Mapping[str, Any]) -> str:
    if kept.get("not_yet") == NOBODY_LOOKED.rule:
        return "No officer had checked this project"
    return "It could take no money on that day" if not kept.get("inputs") else ""


def _district(pitch: Pitch) -> str:
    version = pitch.campaign.version if pitch.campaign is not None else None
    code = str((version.content if version is not None else {}).get("district_code") or pitch.project.district_code)
    return district(code).name if is_district(code) else NOT_RECORDED


async def replayed(round_: Round, changes: Changes) -> Replay:
    """The list of a signed round under other rules. `round_` comes with its fund."""
    cases, sources = await list_of(round_)
    return replay(cases, sources, round_.pass_bp, changes)


async def not_as_signed() -> list[str]:
    """For `crowdfund-kent check`: signed rounds whose list, replayed under the rules of its day, is another one."""
    rounds = await Round.filter(signed_at__isnull=False).order_by("id").select_related("fund__funder")
    return [f"panel_round {one.id}" for one in rounds if not await _as_signed(one)]


async def _as_signed(round_: Round) -> bool:
    """Every pitch gets what it got, to the penny, and every award's most is the one that it rests on."""
    cases, sources = await list_of(round_)
    again = replay(cases, sources, round_.pass_bp, Changes())
    return all(
        not row.change_pence
        and (not row.case.signed_pence or row.case.terms is None or row.most == most(row.case.terms))
        for row in again.rows
    )
