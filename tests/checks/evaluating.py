"""Snapshots, published figures with a correction, a pack that waits, and a survey that was answered, in the small world."""

from datetime import date, timedelta

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from evaluation import published, services, snapshots
from evaluation.kinds import WorkKind
from evaluation.pack import asking
from evaluation.report import report_of
from evaluation.scope import Records, Scope
from evaluation.surveys import about_you, links, queries
from evaluation.surveys import services as surveys
from evaluation.surveys.kinds import SurveyKind, Variant
from projects.models import Delivery


async def build(officer: Actor) -> None:
    """By the real services."""
    for day in (date(2021, 4, 10), date(2021, 4, 11)):
        await snapshots.take(day, Records.GENERATED, busy=day.day == 10)
    scope = Scope.of(business_today() - timedelta(days=1), None, Records.REAL)
    await published.publish(await report_of(scope), "crowdfund-kent evaluate", officer)
    await services.enter_hours(date(2021, 4, 1), WorkKind.CHECKING, 90, 2_500, officer)
    await published.publish(await report_of(scope), "crowdfund-kent evaluate", officer, "Hours were entered late.")
    await asking.ask(date(2021, 4, 30), None, "generated", "", officer)
    await _surveyed()


async def _surveyed() -> None:
    """The group of the delivered project says how it went, and who they are."""
    delivery = await Delivery.all().order_by("id").first()
    assert delivery is not None
    asked = await surveys.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, delivery.campaign_id))
    assert asked is not None
    await surveys.answer(asked.id, {"without_match": ["smaller"], "effort": ["right"], "words": "It went well."})
    await about_you.send(links.ticket_of(asked), {"age": "45 to 64"})
