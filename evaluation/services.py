"""What officers enter for the evaluation. Nothing is overwritten: a later row counts, and the audit record says who."""

from datetime import date
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from evaluation.indicators import REGISTRY
from evaluation.kinds import OPTIONS, Edition, Objective, ReportPart, WorkKind
from evaluation.models import Measure, OfficerHours, ProjectPlace, ReportWords
from evaluation.report import figures_in_words
from evaluation.scope import FIRST_DAY
from pledges.gifts.rules import postcode as spelled
from projects.models import Project

ENTER_LOCK: Final = 7_205_772  # one row at a time: numbers and "the newest" stay in order


async def _entering(by: Actor) -> int:
    await require_role(by, Role.FUND_OFFICER)
    await fetch("SELECT pg_advisory_xact_lock($1)", ENTER_LOCK)
    assert by.person_id is not None
    return by.person_id


async def enter_hours(month: date, kind: WorkKind, minutes: int, hour_pence: int, by: Actor) -> OfficerHours:
    """Minutes that officers spent on one kind of work in a month. What was entered before for it is replaced, and kept."""
    if month.replace(day=1) > business_today() or month < FIRST_DAY:
        raise Refused("Enter a month from March 2021 to this one.", rule="month")
    async with transaction():
        person_id = await _entering(by)
        first = month.replace(day=1)
        now = real_now()
        replaced = await OfficerHours.filter(month=first, kind=kind, replaced_at=None).update(replaced_at=now)
        row = await OfficerHours.create(
            month=first, kind=kind, minutes=minutes, hour_pence=hour_pence, entered_by_id=person_id, entered_at=now
        )
        await audit.record(
            "officer hours entered",
            f"officer_hours:{row.id}",
            by,
            minutes=minutes,
            hour_pence=hour_pence,
            replaced=replaced,
        )
    return row


async def add_measure(objective: Objective, name: str, indicator: str, by: Actor) -> Measure:
    """A measure of success as the council words it, with the indicator that is its evidence, or none."""
    if indicator and indicator not in REGISTRY:
        raise Refused("Choose an indicator of the list, or none.", rule="indicator")
    async with transaction():
        person_id = await _entering(by)
        if await Measure.filter(name=name.strip(), retired_at=None).exists():
            raise Refused("This measure of success stands in the list already.", rule="once")
        row = await Measure.create(
            objective=objective,
            name=name.strip(),
            indicator=indicator,
            entered_by_id=person_id,
            entered_at=real_now(),
        )
        await audit.record("measure of success added", f"success_measure:{row.id}", by, objective=str(objective))
    return row


async def retire_measure(measure_id: int, by: Actor) -> None:
    """It is asked for no more. NotFound where it is not there, or retired already."""
    async with transaction():
        await _entering(by)
        if not await Measure.filter(id=measure_id, retired_at=None).update(retired_at=real_now()):
            raise NotFound
        await audit.record("measure of success retired", f"success_measure:{measure_id}", by)


async def write(edition: Edition, part: ReportPart, text: str, cost_pence: int | None, by: Actor) -> ReportWords:
    """Officers' words for a part of an edition; only an option has a cost. Refused where a number was typed."""
    if typed := figures_in_words.problem(text, REGISTRY):
        raise Refused(typed, rule="numbers")
    if cost_pence is not None and part not in OPTIONS:
        raise Refused("Only an option has a cost.", rule="cost")
    async with transaction():
        person_id = await _entering(by)
        newest = await ReportWords.filter(edition=edition, part=part).order_by("-number").first()
        row = await ReportWords.create(
            edition=edition,
            part=part,
            number=newest.number + 1 if newest else 1,
            text=text.strip(),
            cost_pence=cost_pence,
            by_id=person_id,
            at=real_now(),
        )
        await audit.record(
            "report words written", f"report_words:{row.id}", by, edition=str(edition), number=row.number
        )
    return row


async def place_project(slug: str, written: str, by: Actor) -> ProjectPlace:
    """The postcode of the place where a project happens: of a hall or a field, never of a person."""
    found = spelled(written)
    if found is None:
        raise Refused("Enter a full postcode, like CT9 1AA.", rule="postcode")
    async with transaction():
        person_id = await _entering(by)
        project = await Project.get_or_none(slug=slug.strip().rpartition("/")[2])
        if project is None:
            raise Refused("There is no project at this address: copy the end of its page's address.", rule="project")
        row, _ = await ProjectPlace.update_or_create(
            defaults={"postcode": found, "entered_by_id": person_id, "entered_at": real_now()}, project_id=project.id
        )
        await audit.record("project placed", f"project:{project.id}", by)
    return row
