"""Turn read rows into groups, projects, campaigns, pledges and match pledges with their past, in one transaction.

effective_at is the council's own day, recorded_at is now. Money of the past stands on accounts of its own ("history:"),
beside what this site's provider collected and never mixed with it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import LONDON, business_today, day_ends, real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.events import PastStep
from crowdfund_kent.references import email_key, hash_of, keyed_hash, new_reference, new_token
from crowdfund_kent.settings import get_settings
from evaluation.accounts import collected_elsewhere, match_paid_elsewhere, paid_out_elsewhere, paid_to_group_elsewhere
from evaluation.history.agreeing import PastMatch, disagreements, matches_of, raised_pence
from evaluation.history.columns import Outcome, PledgeOutcome
from evaluation.history.reading import ImportProblem, ImportRefused, Records, Row, read_files
from evaluation.models import ImportBatch, ImportRow
from pledges import pots
from pledges.models import FundingSource, MatchFund, MatchPledge, Pledge, PledgeEvent
from projects.models import (
    Campaign,
    CampaignEvent,
    CostLine,
    Group,
    InKind,
    Objective,
    OtherFunding,
    Project,
    ProjectVersion,
)
from projects.queries import Lines
from projects.rules import slug_of
from projects.services.approving import content_of

IMPORTER: Final = "importer"
IMPORT_LOCK: Final = 7_205_761  # one import at a time
BATCH: Final = 1000
_ENDS: Final = {
    Outcome.SETTLED: [("target met", "decided"), ("collection began", "decided"), ("threshold met", "settled")],
    Outcome.COLLAPSED: [("target met", "decided"), ("collection began", "decided"), ("threshold missed", "settled")],
    Outcome.UNSUCCESSFUL: [("target missed", "decided")],
}


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What one import did; nothing at all when these very files were imported before."""

    projects: int
    pledges: int
    match_pledges: int
    already: bool = False

    def __str__(self) -> str:
        if self.already:
            return "These files were imported before. Nothing was changed."
        return f"Imported {self.projects} projects, {self.pledges} pledges and {self.match_pledges} match pledges."


@dataclass
class _Past:
    """Rows on their way into the database, and what is to happen to match pledges, in order of time."""

    batch: ImportBatch
    by: Actor
    objectives: dict[str, Objective]
    funds: dict[str, MatchFund]
    groups: dict[str, Group] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    provenance: list[ImportRow] = field(default_factory=list)
    match_acts: list[tuple[datetime, int, Callable[[], Any]]] = field(default_factory=list)

    def act(self, when: datetime, step: int, what: Callable[[], Any]) -> None:
        self.match_acts.append((when, step, what))


def moment(day: date, hour: int = 12) -> datetime:
    """An hour on a day in London: the council's records tell days, not times."""
    return datetime.combine(day, time(hour), LONDON)


async def import_history(files: Sequence[Path], by: Actor | None = None) -> ImportSummary:
    """Import files of projects and pledges (columns: docs/history.md).

    All or nothing; safe to run again with the same files. Raises ImportRefused with every error, by file, line and
    column: of reading, of what rows must agree on, of references that another import brought, and of a pot too small.
    """
    records = read_files(files)
    async with transaction():
        await fetch("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
        if await ImportBatch.filter(digest=records.digest).exists():
            return ImportSummary(0, 0, 0, already=True)
        past = await _prepare(records, by or Actor(None, IMPORTER))
        pledged: dict[str, list[Row]] = defaultdict(list)
        for row in records.pledges:
            pledged[row.values["project"]].append(row)
        for row in records.projects:
            await _project(past, row, pledged[row.values["project"]])
        await _pledges(past, records)
        matches = await _matches(past)
        await ImportRow.bulk_create(past.provenance, batch_size=BATCH)
        await audit.record(
            "history imported",
            f"import_batch:{past.batch.id}",
            past.by,
            projects=len(records.projects),
            pledges=len(records.pledges),
            digest=records.digest,
        )
    return ImportSummary(len(records.projects), len(records.pledges), matches)


async def _prepare(records: Records, by: Actor) -> _Past:
    funds = {fund.slug: fund for fund in await MatchFund.all()}
    wanted = {match.fund for row in records.projects for match in matches_of(row)}
    lists = {funds[slug].objective_list for slug in wanted if slug in funds} or {get_settings().objective_list}
    objectives = {one.name: one for one in await Objective.filter(list_name__in=lists)}
    problems = disagreements(records, funds.keys(), objectives.keys(), business_today())
    problems += await _known_before("project", records.projects) + await _known_before("pledge", records.pledges)
    if problems:
        raise ImportRefused(sorted(problems, key=lambda one: (one.file, one.line)))
    batch = await ImportBatch.create(
        digest=records.digest,
        files=records.files,
        generated=records.generated,
        imported_at=real_now(),
        by_id=by.person_id,
    )
    return _Past(batch, by, objectives, funds)


async def _known_before(kind: str, rows: Sequence[Row]) -> list[ImportProblem]:
    references = [row.values[kind] for row in rows]
    known = set(await ImportRow.filter(kind=kind, reference__in=references).values_list("reference", flat=True))
    return [row.problem(kind, "was imported before, from other files") for row in rows if row.values[kind] in known]


async def _project(past: _Past, row: Row, pledges: list[Row]) -> None:
    values, opened = row.values, moment(row.values["opened"], 9)
    group = await _group(past, row)
    marks = {"generated": past.batch.generated, "import_batch_id": past.batch.id}
    project = await Project.create(
        group=group,
        slug=await _free_slug("project", values["title"]),
        title=values["title"],
        summary=values["summary"],
        place=values["place"] or "",
        district_code=values["district"],
        objective=past.objectives[values["objective"]],
        created_at=opened,
        **marks,
    )
    project.picture = None
    lines = await _lines(project, values)
    figures = lines.figures
    version = await ProjectVersion.create(
        project_id=project.id,
        number=1,
        content=content_of(project, lines),
        cost_pence=figures.cost_pence,
        revenue_pence=figures.revenue_pence,
        other_funding_pence=figures.other_funding_pence,
        in_kind_pence=figures.in_kind_pence,
        project_value_pence=figures.project_value_pence,
        target_pence=figures.target_pence,
        frozen_at=opened,
    )
    campaign = await _campaign(past, row, project, version, raised_pence(row, pledges))
    past.campaigns[values["project"]] = campaign
    past.provenance.append(_stood(past, "project", row, f"campaign:{campaign.id}"))
    for match in matches_of(row):
        _plan_match(past, row, campaign, match)
    collected = sum(p.values["amount"] for p in pledges if p.values["outcome"] == PledgeOutcome.COLLECTED)
    if collected:
        lines_of_money = [
            (collected_elsewhere(past.batch.id), collected),
            (paid_out_elsewhere(campaign.id), -collected),
        ]
        await ledger.post("history collected", f"campaign:{campaign.id}", lines_of_money, campaign.settled_at)


async def _group(past: _Past, row: Row) -> Group:
    name = row.values["group"]
    if name not in past.groups:
        past.groups[name] = await Group.create(
            slug=await _free_slug("community_group", name),
            name=name,
            legal_form=row.values["legal_form"],
            created_at=moment(row.values["opened"], 9),
            generated=past.batch.generated,
            import_batch_id=past.batch.id,
        )
    return past.groups[name]


async def _lines(project: Project, values: dict[str, Any]) -> Lines:
    """The sums of a past project, one line each: the records keep no more."""
    costs = [
        await CostLine.create(
            project=project, position=n, words=f"{kind.capitalize()} costs", kind=kind, amount_pence=sum_
        )
        for n, (kind, sum_) in enumerate((("capital", values["capital"]), ("revenue", values["revenue"])))
        if sum_
    ]
    other, kind = values["other_funding"], values["in_kind"]
    return Lines(
        costs,
        [await OtherFunding.create(project=project, words="Money found before", amount_pence=other)] if other else [],
        [await InKind.create(project=project, words="Goods, venue and hours", amount_pence=kind)] if kind else [],
    )


async def _campaign(past: _Past, row: Row, project: Project, version: ProjectVersion, raised: int) -> Campaign:
    values, outcome = row.values, Outcome(row.values["outcome"])
    opened, deadline = moment(values["opened"], 9), day_ends(values["last_day"])
    decided = moment(values["decided"])
    settled = moment(values["settled"]) if values["settled"] else None
    ran = outcome != Outcome.CANCELLED
    campaign = await Campaign.create(
        project=project,
        version=version,
        status=outcome.value,
        last_day=values["last_day"],
        deadline_at=deadline,
        target_pence=version.target_pence,
        threshold_bp=get_settings().payout_threshold_bp,
        opened_at=opened,
        closing_at=deadline if ran else None,
        decided_at=decided if ran else None,
        raised_pence=raised if ran else None,
        settled_at=settled,
        created_at=opened,
        generated=past.batch.generated,
        import_batch_id=past.batch.id,
    )
    steps = [PastStep("submitted", opened), PastStep("approved", opened), PastStep("opened", opened)]
    if ran:
        steps.append(PastStep("deadline", deadline))
        when = {"decided": decided, "settled": settled or decided}
        steps += [PastStep(cause, when[which]) for cause, which in _ENDS[outcome]]
    else:
        steps.append(PastStep("cancelled", decided))
    await CampaignEvent.bulk_create(events.past(campaign, PastStep("created", opened), steps, real_now(), past.by))
    return campaign


def _plan_match(past: _Past, row: Row, campaign: Campaign, match: PastMatch) -> None:
    """What happened to one match pledge, to be done in order of time over all campaigns: the pot was shared."""
    held: dict[str, MatchPledge] = {}
    outcome = Outcome(row.values["outcome"])
    pledged, fund = moment(match.pledged), past.funds[match.fund]

    async def take() -> None:
        sources = await FundingSource.filter(fund_id=fund.id).exclude(purpose="")
        offer = pots.Offer(
            campaign_id=campaign.id,
            terms={"imported": True, "amount_pence": match.amount_pence, "purpose_reason": match.purpose},
            fitting=[source.id for source in sources] if match.purpose else (),
            generated=past.batch.generated,
            import_batch_id=past.batch.id,
        )
        try:
            held["it"] = await pots.take_exact(fund.id, match.amount_pence, offer, past.by, effective_at=pledged)
        except Refused as refused:
            raise ImportRefused([row.problem(f"match_{match.number}_amount", refused.message)]) from refused
        await pots.pledge(held["it"], past.by, effective_at=pledged)

    async def confirm() -> None:
        await pots.confirm(held["it"], past.by, effective_at=moment(row.values["decided"]))

    async def release(cause: str, when: datetime) -> None:
        await pots.release(held["it"], cause, past.by, effective_at=when)

    async def pay(day: date) -> None:
        source = f"match_pledge:{held['it'].id}"
        when = moment(day)
        await pots.pay(held["it"], match.amount_pence, past.by, for_row=source, effective_at=when)
        money = [
            (paid_to_group_elsewhere(campaign.id), match.amount_pence),
            (match_paid_elsewhere(fund.id), -match.amount_pence),
        ]
        await ledger.post("history match paid", source, money, when)

    past.act(pledged, 1, take)
    decided = moment(row.values["decided"])
    if outcome in {Outcome.SETTLED, Outcome.COLLAPSED}:
        past.act(decided, 0, confirm)
    if outcome == Outcome.UNSUCCESSFUL:
        past.act(decided, 0, lambda: release("target missed", decided))
    if outcome == Outcome.CANCELLED:
        past.act(decided, 0, lambda: release("campaign cancelled", decided))
    if outcome == Outcome.COLLAPSED:
        ended = moment(row.values["settled"])
        past.act(ended, 0, lambda: release("collapsed", ended))
    if match.paid is not None:
        paid = match.paid
        past.act(moment(paid), 0, lambda: pay(paid))


async def _matches(past: _Past) -> int:
    """Do the acts in order of time; on one day, what frees the pot comes before what takes from it."""
    for _, _, act in sorted(past.match_acts, key=lambda one: one[:2]):
        await act()
    return sum(step for _, step, _ in past.match_acts)


async def _pledges(past: _Past, records: Records) -> None:
    now, rows = real_now(), list[Pledge]()
    ends = {row.values["project"]: row for row in records.projects}
    for row in records.pledges:
        values, when = row.values, moment(row.values["pledged"])
        rows.append(
            Pledge(
                campaign_id=past.campaigns[values["project"]].id,
                status=values["outcome"],
                reference=new_reference("P"),
                form_key=hash_of(f"history:{values['pledge']}"),
                token_hash=hash_of(new_token()),
                amount_pence=values["amount"],
                refunded_pence=values["amount"] if values["outcome"] == PledgeOutcome.REFUNDED else 0,
                backer_kind=values["kind"] or "person",
                email_key=_key(values["backer"]),
                created_at=when,
                activated_at=when,
                generated=past.batch.generated,
                import_batch_id=past.batch.id,
            )
        )
    for start in range(0, len(rows), BATCH):
        await Pledge.bulk_create(rows[start : start + BATCH])
    ids = await Pledge.filter(import_batch_id=past.batch.id).values_list("form_key", "id")
    known = {str(key): int(row_id) for key, row_id in ids}
    history = list[Any]()
    for pledge, row in zip(rows, records.pledges, strict=True):
        pledge.id = known[pledge.form_key]
        first = PastStep("created", pledge.created_at, pledge.amount_pence)
        history += events.past(pledge, first, _pledge_steps(row, ends[row.values["project"]]), now, past.by)
        past.provenance.append(_stood(past, "pledge", row, f"pledge:{pledge.id}"))
    for start in range(0, len(history), BATCH):
        await PledgeEvent.bulk_create(history[start : start + BATCH])


def _pledge_steps(row: Row, project: Row) -> list[PastStep]:
    values = row.values
    amount, outcome = values["amount"], values["outcome"]
    steps = [PastStep("card saved", moment(values["pledged"]), amount)]
    decided = moment(project.values["decided"])
    if outcome == PledgeOutcome.CANCELLED:
        return [*steps, PastStep("cancelled by backer", moment(values["ended"], 13), amount)]
    if outcome == PledgeOutcome.RELEASED:
        cancelled = project.values["outcome"] == Outcome.CANCELLED
        return [*steps, PastStep("campaign cancelled" if cancelled else "campaign unsuccessful", decided, amount)]
    settled = moment(project.values["settled"])
    steps.append(PastStep("collection began", decided, amount))
    if outcome == PledgeOutcome.DROPPED:
        return [*steps, PastStep("declined", decided + timedelta(hours=1)), PastStep("gave up", settled, amount)]
    steps.append(PastStep("charged", settled, amount))
    if outcome == PledgeOutcome.REFUNDED:
        steps.append(PastStep("refunded", settled, amount))
    return steps


def _key(backer: str) -> str:
    """Only a keyed hash stays of who gave: an e-mail counts like one given here, another key is its own."""
    return email_key(backer) if "@" in backer else keyed_hash(f"history:{backer}")


def _stood(past: _Past, kind: str, row: Row, subject: str) -> ImportRow:
    return ImportRow(
        batch_id=past.batch.id, kind=kind, reference=row.values[kind], file=row.file, line=row.line, subject=subject
    )


async def _free_slug(table: str, text: str) -> str:
    """A slug that no row of `table` has: the words, and a number when they are taken."""
    root = slug_of(text)
    rows = await fetch(f"SELECT slug FROM {table} WHERE slug = $1 OR slug LIKE $2", root, f"{root}-%")
    return slug_of(text, {str(row["slug"]) for row in rows} | {"new"})
