"""Reads of reports: what is asked of one, how it stands, which are overdue, and what evaluation counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.settings import get_settings
from projects.asked import Level
from projects.models import Campaign, Delivery
from projects.reports import rules
from projects.reports.kinds import ReportKind
from projects.reports.models import Receipt, Report, ReportLine, ReportMoreTime, ReportPicture
from projects.reports.states import MoreTime
from projects.reports.states import Report as Status


def limits() -> rules.Limits:
    """What the settings say about reports."""
    settings = get_settings()
    return rules.Limits(
        small_pence=settings.papers_small_pence,
        middle_pence=settings.papers_middle_pence,
        receipt_from_pence=settings.report_receipt_from_pence,
        difference_bp=settings.report_difference_bp,
        difference_pence=settings.report_difference_pence,
        interim_over_months=settings.report_interim_over_months,
        interim_days=settings.report_interim_days,
        soon_days=settings.report_soon_days,
        notice_days=settings.report_notice_days,
        again_days=settings.report_again_days,
        more_days=settings.report_more_days,
    )


async def interim_accepted_at(campaign_id: int) -> datetime | None:
    """When an officer accepted the interim report of a campaign's project; None before that.

    An accepted final report counts too: it says everything that an interim one would.
    """
    rows = await fetch(
        "SELECT min(r.accepted_at) AS at FROM report r JOIN delivery d ON d.id = r.delivery_id"
        " WHERE d.campaign_id = $1 AND r.status = 'accepted'",
        campaign_id,
    )
    found: datetime | None = rows[0]["at"]
    return found


@dataclass(frozen=True)
class Whole:
    """A report with all that belongs to it: costs in order, receipts by the cost's id, pictures that were not taken back."""

    report: Report
    lines: Sequence[ReportLine]
    receipts: dict[int, list[Receipt]]
    earlier: dict[int, list[Receipt]]  # given with the interim report, by the cost's number
    pictures: Sequence[ReportPicture]
    other_funding_pence: int

    @property
    def level(self) -> Level:
        """How much is asked."""
        return Level(self.report.level)

    @property
    def kind(self) -> ReportKind:
        """On the way, or at the end."""
        return ReportKind(self.report.kind)

    @property
    def as_lines(self) -> list[rules.Line]:
        """The costs as the rules read them."""
        last = len(self.lines) - 1
        return [
            rules.Line(
                line.number,
                line.words,
                line.planned_pence,
                line.spent_pence,
                line.reason,
                line.without_receipt,
                len(self.receipts_of(line)),
                is_extra=line.number == last,
            )
            for line in self.lines
        ]

    def receipts_of(self, line: ReportLine) -> list[Receipt]:
        """Those of the interim report first."""
        return [*self.earlier.get(line.number, []), *self.receipts.get(line.id, [])]

    @property
    def given(self) -> rules.Given:
        """The answers as the rules read them."""
        report = self.report
        return rules.Given(
            came_of_it=report.came_of_it,
            learnt=report.learnt,
            people_reached=report.people_reached,
            volunteer_hours=report.volunteer_hours,
            total_pence=report.total_pence,
            other_pence=report.other_pence,
            pictures=len(self.pictures),
            no_pictures=report.no_pictures,
            other_funding_pence=self.other_funding_pence,
        )

    @property
    def questions(self) -> tuple[rules.Question, ...]:
        """Every page of it."""
        return rules.questions(self.kind, self.level, self.as_lines, self.given, limits())

    @property
    def missing(self) -> list[rules.Question]:
        """What keeps it from being sent."""
        return rules.missing(self.questions)

    @property
    def spent_pence(self) -> int:
        """What backers and funds paid for, as it stands now."""
        return rules.spent_pence(self.level, self.as_lines, self.given)

    @property
    def costs_pence(self) -> int:
        """What everything cost."""
        return rules.spent_pence(self.level, self.as_lines, rules.Given(total_pence=self.report.total_pence))


async def whole(report: Report) -> Whole:
    """A report with its costs, receipts and pictures."""
    lines = await ReportLine.filter(report_id=report.id).order_by("number")
    receipts: dict[int, list[Receipt]] = {}
    for one in await Receipt.filter(line__report_id=report.id, removed_at=None).order_by("id"):
        receipts.setdefault(one.line_id, []).append(one)
    earlier: dict[int, list[Receipt]] = {}
    if report.kind == ReportKind.FINAL:
        before = Receipt.filter(
            line__report__delivery_id=report.delivery_id,
            line__report__kind=ReportKind.INTERIM,
            line__report__version_id=report.version_id,
            line__report__status=Status.ACCEPTED,
            removed_at=None,
        )
        for one in await before.order_by("id").select_related("line"):
            earlier.setdefault(one.line.number, []).append(one)
    await report.fetch_related("version")
    return Whole(
        report,
        lines,
        receipts,
        earlier,
        await pictures_of(report.id),
        report.version.other_funding_pence,
    )


async def pictures_of(report_id: int) -> list[ReportPicture]:
    """Pictures that were not taken back, oldest first."""
    return await ReportPicture.filter(report_id=report_id, removed_at=None).order_by("id").select_related("picture")


async def report_of(campaign_id: int, kind: ReportKind) -> Report | None:
    """The report of this kind that is asked of a campaign's project, or was."""
    found = Report.filter(delivery__campaign_id=campaign_id, kind=kind)
    return await found.exclude(status=Status.LAPSED).select_related("delivery").first()


async def reports_of(delivery_id: int) -> list[Report]:
    """Every report of a delivery, oldest first, but for what is not asked any more."""
    return await Report.filter(delivery_id=delivery_id).exclude(status=Status.LAPSED).order_by("id")


async def open_more_time(report_id: int) -> ReportMoreTime | None:
    """The request for more time that nobody has answered."""
    return await ReportMoreTime.get_or_none(report_id=report_id, status=MoreTime.ASKED)


async def for_update(report_id: int) -> tuple[Report, Delivery]:
    """The delivery locked first, then the report; NotFound for none."""
    found = await Report.get_or_none(id=report_id)
    if found is None:
        raise NotFound
    delivery = await Delivery.select_for_update().get(id=found.delivery_id)
    return await Report.select_for_update().get(id=report_id), delivery


@dataclass(frozen=True, slots=True)
class Overdue:
    """A report that nobody sent in time: of which project, and since when."""

    report_id: int
    campaign_id: int
    group_id: int
    title: str
    kind: str
    due_by: date


_OVERDUE = (
    "SELECT r.id AS report_id, c.id AS campaign_id, p.group_id, p.title, r.kind, r.due_by FROM report r"
    " JOIN delivery d ON d.id = r.delivery_id JOIN campaign c ON c.id = d.campaign_id JOIN project p ON p.id = c.project_id"
    " WHERE r.status = 'overdue'"
)


async def overdue_of_group(group_id: int) -> list[Overdue]:
    """What a group owes: a fact for officers and panels that look at a new request of it."""
    return [Overdue(**dict(row)) for row in await fetch(f"{_OVERDUE} AND p.group_id = $1 ORDER BY r.due_by", group_id)]


async def overdue() -> list[Overdue]:
    """Every overdue report, the oldest first."""
    return [Overdue(**dict(row)) for row in await fetch(f"{_OVERDUE} ORDER BY r.due_by, r.id")]


@dataclass(frozen=True, slots=True)
class Reported:
    """What an accepted final report counts, for evaluation. None = not asked (up to the first level of public money)."""

    campaign_id: int
    accepted_at: datetime
    level: str
    spent_pence: int
    received_pence: int
    people_reached: int | None
    volunteer_hours: int | None


async def reported(until: datetime | None = None) -> list[Reported]:
    """Every final report that was accepted before `until` (UTC, exclusive), in the order of acceptance."""
    rows = await fetch(
        "SELECT d.campaign_id, r.accepted_at, r.level, r.spent_pence, r.received_pence, r.people_reached,"
        " r.volunteer_hours FROM report r JOIN delivery d ON d.id = r.delivery_id WHERE r.status = 'accepted'"
        " AND r.kind = 'final' AND ($1::timestamptz IS NULL OR r.accepted_at < $1) ORDER BY r.accepted_at, r.id",
        until,
    )
    return [Reported(**dict(row)) for row in rows]


@dataclass(frozen=True)
class Public:
    """What everybody sees of an accepted final report."""

    report: Report
    lines: Sequence[ReportLine]
    pictures: Sequence[ReportPicture]


async def public_of(campaign_id: int) -> Public | None:
    """The accepted final report of a campaign's project, unless it is held or hidden."""
    found = await Report.get_or_none(
        delivery__campaign_id=campaign_id,
        kind=ReportKind.FINAL,
        status=Status.ACCEPTED,
        held_at=None,
        hidden_at=None,
    )
    if found is None:
        return None
    lines = [
        one
        for one in await ReportLine.filter(report_id=found.id).order_by("number")
        if one.planned_pence or one.spent_pence
    ]
    return Public(found, [] if found.level == Level.SMALL else lines, await pictures_of(found.id))


async def waiting_for_officers() -> dict[str, list[Any]]:
    """What officers have to look at: sent reports, requests for more time, accepted ones held before an election."""
    sent = Report.filter(status=Status.SENT).order_by("sent_at", "id")
    more = ReportMoreTime.filter(status=MoreTime.ASKED).order_by("id")
    held = Report.filter(status=Status.ACCEPTED).exclude(held_at=None).order_by("id")
    return {
        "sent": await sent.select_related("delivery__campaign__project__group"),
        # joined, the names of so many tables in a row are longer than PostgreSQL keeps
        "more_time": await more.prefetch_related("report__delivery__campaign__project__group"),
        "held": await held.select_related("delivery__campaign__project__group"),
    }


async def count_waiting() -> int:
    """How many things of reports wait for an officer."""
    rows = await fetch(
        "SELECT (SELECT count(*) FROM report WHERE status = 'sent')"
        " + (SELECT count(*) FROM report WHERE status = 'accepted' AND held_at IS NOT NULL)"
        " + (SELECT count(*) FROM report_more_time WHERE status = 'asked') AS n"
    )
    return int(rows[0]["n"])


async def campaign_of(report: Report) -> Campaign:
    """The campaign whose project a report is about, with project and group."""
    delivery = await Delivery.get(id=report.delivery_id)
    return await Campaign.get(id=delivery.campaign_id).select_related("project__group")
