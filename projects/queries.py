"""Reads about groups, projects and campaigns, shaped for pages and for other packages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tortoise.expressions import Q

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.settings import get_settings
from projects import rules
from projects.kinds import CostKind, LegalForm, MemberRole
from projects.models import (
    Campaign,
    CampaignCheck,
    CampaignMessage,
    CostLine,
    Group,
    InKind,
    Member,
    Objective,
    OtherFunding,
    Project,
    ProjectVersion,
)
from projects.states import EDITABLE, FINISHED, PUBLIC
from projects.states import Campaign as Status

LISTS: Final[dict[str, type[CostLine] | type[OtherFunding] | type[InKind]]] = {
    "costs": CostLine,
    "other-funding": OtherFunding,
    "in-kind": InKind,
}


def limits() -> rules.Limits:
    """What the settings say about campaigns."""
    settings = get_settings()
    return rules.Limits(settings.campaign_shortest_days, settings.campaign_longest_days, settings.least_target_pence)


# --- groups ---------------------------------------------------------------------------------------------------------


async def groups_of(person_id: int) -> list[Member]:
    """The places a person has now, each with its group."""
    return await Member.filter(person_id=person_id, ended_at=None).select_related("group").order_by("group__name")


async def members_of(group_id: int) -> list[Member]:
    """Who runs the group now, owners first, each with the person."""
    found = await Member.filter(group_id=group_id, ended_at=None).select_related("person").order_by("id")
    return sorted(found, key=lambda member: member.role != MemberRole.OWNER)


async def owners_emails(group_id: int) -> list[str]:
    """Where to write to a group: its owners' addresses."""
    return [email for _, email in await _people(group_id, MemberRole.OWNER)]


async def owners_of(group_id: int) -> list[tuple[int, str]]:
    """(person id, e-mail) of the owners who can be written to."""
    return await _people(group_id, MemberRole.OWNER)


async def people_who_run(campaign_id: int) -> list[tuple[int, str]]:
    """(person id, e-mail) of every current member of the campaign's group: they do not count as backers (ruling 10)."""
    group_id = await group_id_of(campaign_id)
    return await _people(group_id, *MemberRole)


async def _people(group_id: int, *roles: MemberRole) -> list[tuple[int, str]]:
    found = await fetch(
        "SELECT p.id, p.email FROM group_member m JOIN person p ON p.id = m.person_id WHERE m.group_id = $1"
        " AND m.ended_at IS NULL AND p.email IS NOT NULL AND m.role = ANY($2::text[]) ORDER BY m.id",
        group_id,
        [str(role) for role in roles],
    )
    return [(row["id"], row["email"]) for row in found]


async def group_id_of(campaign_id: int) -> int:
    """The group whose campaign this is; NotFound for no such campaign."""
    found = await fetch(
        "SELECT p.group_id FROM campaign c JOIN project p ON p.id = c.project_id WHERE c.id = $1", campaign_id
    )
    if not found:
        raise NotFound
    return int(found[0]["group_id"])


# --- objectives -----------------------------------------------------------------------------------------------------


async def objectives(retired: bool = False) -> list[Objective]:
    """The list that settings.objective_list names, in its order; with those retired when asked."""
    found = Objective.filter(list_name=get_settings().objective_list)
    return await (found if retired else found.filter(retired_at=None)).order_by("position", "id")


# --- projects -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lines:
    """A project's lines of each list, in their order."""

    costs: Sequence[CostLine]
    other_funding: Sequence[OtherFunding]
    in_kind: Sequence[InKind]

    @property
    def figures(self) -> rules.Figures:
        """Their sums: value and target."""
        return rules.figures(
            [rules.Line(one.words, one.amount_pence, CostKind(one.kind)) for one in self.costs],
            _plain(self.other_funding),
            _plain(self.in_kind),
        )


def _plain(lines: Iterable[OtherFunding] | Iterable[InKind]) -> list[rules.Line]:
    return [rules.Line(one.words, one.amount_pence) for one in lines]


async def lines_of(project_id: int) -> Lines:
    """Every line of a project."""
    return Lines(
        await CostLine.filter(project_id=project_id).order_by("position", "id"),
        await OtherFunding.filter(project_id=project_id).order_by("position", "id"),
        await InKind.filter(project_id=project_id).order_by("position", "id"),
    )


async def project_with_group(project_id: int) -> Project:
    """A project with its group, objective and picture; NotFound for none."""
    found = await Project.get_or_none(id=project_id).select_related("group", "objective", "picture")
    if found is None:
        raise NotFound
    return found


async def project_of_group(group_id: int, slug: str) -> Project:
    """The group's own project with this address; another group's is NotFound."""
    found = await Project.get_or_none(group_id=group_id, slug=slug).select_related("group", "objective", "picture")
    if found is None:
        raise NotFound
    return found


async def projects_of(group_id: int) -> list[tuple[Project, Campaign | None]]:
    """A group's projects, newest first, each with its newest campaign."""
    projects = await Project.filter(group_id=group_id).order_by("-id")
    campaigns = await Campaign.filter(project__group_id=group_id).order_by("id")
    newest = {campaign.project_id: campaign for campaign in campaigns}
    return [(project, newest.get(project.id)) for project in projects]


def draft_of(project: Project, lines: Lines, campaign: Campaign | None) -> rules.Draft:
    """What was written so far, for the rules. `project` comes with group and objective."""
    objective = project.objective
    return rules.Draft(
        title=project.title,
        summary=project.summary,
        story=project.story,
        place=project.place,
        district_code=project.district_code,
        objective=objective.name if objective is not None and objective.retired_at is None else "",
        has_picture=project.picture_id is not None,
        figures=lines.figures,
        last_day=campaign.last_day if campaign else None,
        if_too_much=campaign.if_too_much if campaign else "",
        legal_form=LegalForm(project.group.legal_form),
        named_people=project.group.named_people,
    )


async def steps_of(project: Project, campaign: Campaign | None) -> Sequence[rules.Step]:
    """The task list of a project that came with group, objective and picture."""
    return rules.steps(draft_of(project, await lines_of(project.id), campaign), business_today(), limits())


# --- campaigns ------------------------------------------------------------------------------------------------------


async def campaign_for_update(campaign_id: int) -> Campaign:
    """The campaign, locked until the transaction ends. Locks come in this order: campaign, fund, sources by id."""
    found = await Campaign.select_for_update().get_or_none(id=campaign_id)
    if found is None:
        raise NotFound
    return found


async def unfinished_campaign(project_id: int) -> Campaign | None:
    """The one campaign of a project that is not over, if any."""
    return await Campaign.filter(project_id=project_id).exclude(status__in=list(FINISHED)).first()


async def newest_campaign(project_id: int) -> Campaign | None:
    """The campaign begun last."""
    return await Campaign.filter(project_id=project_id).order_by("-id").first()


async def current_version(campaign: Campaign) -> ProjectVersion:
    """What was approved; NotFound before that."""
    found = await ProjectVersion.get_or_none(id=campaign.version_id) if campaign.version_id else None
    if found is None:
        raise NotFound
    return found


async def newest_event_id(campaign_id: int) -> int:
    """The number of the campaign's newest status event, for keys that must differ from one move to the next."""
    found = await fetch("SELECT coalesce(max(id), 0) AS id FROM campaign_event WHERE subject_id = $1", campaign_id)
    return int(found[0]["id"])


async def messages_of(campaign_id: int, public: bool | None = None) -> list[CampaignMessage]:
    """What was written about a campaign, newest first."""
    found = CampaignMessage.filter(campaign_id=campaign_id)
    return await (found if public is None else found.filter(public=public)).order_by("-id")


async def checks_of(campaign_id: int) -> list[CampaignCheck]:
    """What was checked and what was not, in the order of the list."""
    return await CampaignCheck.filter(campaign_id=campaign_id).order_by("id")


@dataclass(frozen=True)
class PublicCampaign:
    """A campaign as everybody may see it: the frozen version's words, never the working text."""

    campaign: Campaign
    project: Project  # slug, ids, generated; its words are the working text: show `content`
    group: Group
    version: ProjectVersion
    checks: Sequence[CampaignCheck]
    messages: Sequence[CampaignMessage]

    @property
    def content(self) -> dict[str, Any]:
        """Title, summary, story, place, district, objective, picture, group, lines (see services.approving)."""
        return dict(self.version.content)


async def public_campaign(slug: str) -> PublicCampaign:
    """The newest campaign of the project with this address that the public may see; NotFound otherwise."""
    campaign = (
        await Campaign.filter(project__slug=slug, status__in=list(PUBLIC))
        .select_related("project__group", "version")
        .order_by("-id")
        .first()
    )
    if campaign is None or campaign.version is None:
        raise NotFound("There is no such project, or its campaign is not open yet.")
    project = campaign.project
    return PublicCampaign(
        campaign,
        project,
        project.group,
        campaign.version,
        await checks_of(campaign.id),
        await messages_of(campaign.id, public=True),
    )


@dataclass(frozen=True)
class Card:
    """One campaign in a list. Money raised is not known here: pledges adds it by id."""

    id: int
    slug: str
    status: str
    generated: bool
    title: str
    summary: str
    place: str
    district_code: str
    objective: str
    picture: dict[str, Any] | None
    group_name: str
    target_pence: int
    deadline_at: datetime
    opened_at: datetime | None


_CARDS: Final = """
  FROM campaign c
  JOIN project p ON p.id = c.project_id
  JOIN project_version v ON v.id = c.version_id
 WHERE c.status = ANY($1::text[])
   AND c.id = (SELECT max(o.id) FROM campaign o WHERE o.project_id = p.id AND o.status = ANY($5::text[]))
   AND ($2 = '' OR v.content->>'district_code' = $2)
   AND ($3 = '' OR v.content->>'objective' = $3)
   AND ($4 = '' OR (v.content->>'title') || ' ' || (v.content->>'summary') || ' ' || (v.content->>'place')
        || ' ' || (v.content->'group'->>'name') ILIKE $4)
"""


async def public_campaigns(
    *,
    statuses: Iterable[Status] = (Status.LIVE,),
    district_code: str = "",
    objective: str = "",
    words: str = "",
    newest_first: bool = False,
    limit: int = 24,
    offset: int = 0,
) -> tuple[list[Card], int]:
    """One page of the public list and how many there are in all; soonest deadline first unless `newest_first`.

    Each project stands once, with its newest public campaign. `words` is looked for in title, summary, place, group.
    """
    wanted = [str(status) for status in statuses if status in PUBLIC]
    pattern = f"%{_escaped(words.strip())}%" if words.strip() else ""
    values = (wanted, district_code, objective, pattern, [str(status) for status in PUBLIC])
    order = "c.opened_at DESC NULLS LAST, c.id DESC" if newest_first else "c.deadline_at, c.id"
    rows = await fetch(
        "SELECT c.id, p.slug, c.status, c.generated, v.content, c.target_pence, c.deadline_at, c.opened_at"
        f" {_CARDS} ORDER BY {order} LIMIT $6 OFFSET $7",
        *values,
        limit,
        offset,
    )
    total = await fetch(f"SELECT count(*) AS n {_CARDS}", *values)
    return [_card(row) for row in rows], int(total[0]["n"])


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _card(row: dict[str, Any]) -> Card:
    content = _as_dict(row["content"])
    return Card(
        id=row["id"],
        slug=row["slug"],
        status=row["status"],
        generated=row["generated"],
        title=content["title"],
        summary=content["summary"],
        place=content["place"],
        district_code=content["district_code"],
        objective=content["objective"],
        picture=content["picture"],
        group_name=content["group"]["name"],
        target_pence=row["target_pence"],
        deadline_at=row["deadline_at"],
        opened_at=row["opened_at"],
    )


def _as_dict(content: Any) -> dict[str, Any]:
    """A JSON column as a query without a model returns it: text or already read."""
    if isinstance(content, str):
        import json

        return dict(json.loads(content))
    return dict(content)


async def officers_campaigns() -> list[Campaign]:
    """Every campaign that an officer may have to act on, with project and group, oldest first."""
    watched = (Status.SUBMITTED, Status.CHANGES_REQUESTED, Status.APPROVED, Status.LIVE, Status.SUSPENDED)
    return await Campaign.filter(status__in=list(watched)).select_related("project__group").order_by("id")


async def since(campaign_ids: Sequence[int]) -> dict[int, datetime]:
    """When each campaign came into the status it has now."""
    rows = await fetch(
        "SELECT DISTINCT ON (subject_id) subject_id, effective_at FROM campaign_event"
        " WHERE subject_id = ANY($1::bigint[]) ORDER BY subject_id, id DESC",
        list(campaign_ids),
    )
    return {row["subject_id"]: row["effective_at"] for row in rows}


async def waiting_count() -> int:
    """How many campaigns wait for an officer."""
    return await Campaign.filter(status=Status.SUBMITTED).count()


async def due_to_close(now: datetime) -> list[int]:
    """Live campaigns whose deadline has come."""
    found = await Campaign.filter(status=Status.LIVE, deadline_at__lte=now).order_by("deadline_at").values_list("id")
    return [row[0] for row in found]


async def suspended_before(moment: datetime) -> list[int]:
    """Campaigns suspended since before `moment`."""
    found = await Campaign.filter(status=Status.SUSPENDED, suspended_at__lt=moment).values_list("id")
    return [row[0] for row in found]


async def was_funded(project_id: int) -> bool:
    """Whether a campaign of this project met its target: the same project is not funded twice (domain.md, section 2)."""
    met = Q(status__in=[str(one) for one in (Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED)])
    return await Campaign.filter(met, project_id=project_id).exists()


def is_editable(campaign: Campaign | None) -> bool:
    """Whether the group may change the project's words and lines now."""
    return campaign is not None and campaign.status in EDITABLE
