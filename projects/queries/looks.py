"""What an officer looked at of a project that may get money without a campaign."""

from crowdfund_kent.database import fetch
from projects.kinds import CheckAnswer, CheckItem
from projects.models import Evidence, ProjectVersion


async def looked_version(project_id: int) -> ProjectVersion | None:
    """The newest frozen version of which an officer checked who knows the group; None while nobody did.

    It was frozen by a look (services/looking.py), or by the approval of a campaign whose referee was checked.
    """
    rows = await fetch(
        "SELECT v.id FROM project_version v WHERE v.project_id = $1 AND (v.content ? 'looked' OR EXISTS"
        " (SELECT 1 FROM campaign c JOIN campaign_check k ON k.campaign_id = c.id AND k.item = $2 AND k.answer = $3"
        " WHERE c.version_id = v.id)) ORDER BY v.number DESC LIMIT 1",
        project_id,
        CheckItem.REFEREE.value,
        CheckAnswer.CHECKED.value,
    )
    return await ProjectVersion.get(id=rows[0]["id"]) if rows else None


async def referee_of(project_id: int) -> Evidence | None:
    """Whom the group named as somebody outside it who knows them; None where it named nobody."""
    named = Evidence.filter(project_id=project_id, kind="referee", removed_at=None, without=False)
    return await named.exclude(referee_name="").order_by("-id").first()
