"""What must hold of campaigns and their frozen versions, over the live database."""

from typing import Final

from crowdfund_kent.invariants import NOW, Rule, listed, moves_rule, newest_event_rule, recorded_rule
from projects.kinds import MUST_BE_CHECKED
from projects.states import CAMPAIGN, CHANGE, DELIVERY, HAND_OVER, HOSTING, TURN
from projects.states import Campaign as Status

_BEFORE_APPROVAL: Final = "('draft', 'submitted', 'changes requested', 'refused', 'withdrawn')"
_MET: Final = listed({Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED, Status.COLLAPSED})
_OURS: Final = "t.import_batch_id IS NULL"
# cause -> what the audit record calls it
RECORDED: Final = {
    **{cause: f"campaign {cause}" for _, cause in CAMPAIGN},
    "target met": "verdict",
    "target missed": "verdict",
    "collection began": "collection began",
    "threshold met": "settlement",
    "threshold missed": "settlement",
    "last day moved": "campaign last day moved",
    "plan changed": "campaign plan changed",
}
DELIVERY_RECORDED: Final = {
    "begun": "delivery begun",
    "fell behind": "delivery late",
    "on its way again": "delivery later",
    "work done": "delivery work done",
    "purpose changed": "delivery purpose changed",
    "delivered": "delivery done",
    "ended without delivery": "delivery ended without delivery",
}
TURN_RECORDED: Final = {cause: f"turn {cause}" for _, cause in TURN}
HAND_OVER_RECORDED: Final = {
    "proposed": "hand-over proposed",
    "sent back": "hand-over sent back",
    "refused": "hand-over refused",
    "withdrawn": "hand-over withdrawn",
    "owner answered": "hand-over answered",
}
HOSTING_RECORDED: Final = {"created": "host asked", **{cause: f"host {cause}" for _, cause in HOSTING}}
CHANGE_RECORDED: Final = {
    "asked": "change asked",
    "agreed": "change agreed",
    "refused": "change refused",
    "withdrawn": "change withdrawn",
    "campaign ended": "change lapsed",
}

RULES: Final = (
    newest_event_rule("group_hosting"),
    moves_rule("group_hosting", HOSTING),
    recorded_rule("group_hosting", HOSTING_RECORDED),
    Rule(
        "a host receives for itself",
        "a group that receives for another has named no host, and both sides agreed by two people",
        "SELECT 'group_hosting ' || h.id AS offender FROM group_hosting h WHERE h.status = 'agreed' AND"
        " (h.answered_by_id IS NULL OR h.answered_by_id = h.asked_by_id OR EXISTS (SELECT 1 FROM group_hosting o"
        " WHERE o.group_id = h.host_id AND o.status = 'agreed')) ORDER BY h.id",
    ),
    newest_event_rule("campaign"),
    moves_rule("campaign", CAMPAIGN),
    recorded_rule("campaign", RECORDED, _OURS),
    newest_event_rule("campaign_change"),
    moves_rule("campaign_change", CHANGE),
    recorded_rule("campaign_change", CHANGE_RECORDED),
    newest_event_rule("delivery"),
    moves_rule("delivery", DELIVERY),
    recorded_rule("delivery", DELIVERY_RECORDED),
    newest_event_rule("delivery_turn"),
    moves_rule("delivery_turn", TURN),
    recorded_rule("delivery_turn", TURN_RECORDED),
    newest_event_rule("group_hand_over"),
    moves_rule("group_hand_over", HAND_OVER),
    recorded_rule("group_hand_over", HAND_OVER_RECORDED),
    Rule(
        "funded projects are followed",
        "each campaign that settled here has its delivery, no other has one, and it ended where everything went back since",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c LEFT JOIN delivery d ON d.campaign_id = c.id"
        " WHERE c.import_batch_id IS NULL AND ((c.status = 'settled' AND d.id IS NULL) OR (d.id IS NOT NULL"
        " AND c.status <> 'settled' AND NOT (c.status = 'collapsed' AND d.status = 'ended without delivery')))"
        " ORDER BY c.id",
    ),
    Rule(
        "a campaign shows the plan that was agreed last",
        "after an agreed change of plan a campaign's version is the one that was frozen for it, and each follows the one before",
        "SELECT 'campaign_change ' || h.id AS offender FROM (SELECT h.*, lead(h.old_version_id)"
        " OVER (PARTITION BY h.campaign_id ORDER BY h.answered_at, h.id) AS next_version_id FROM campaign_change h"
        " WHERE h.status = 'agreed' AND h.kind = 'another plan') h JOIN campaign c ON c.id = h.campaign_id"
        " WHERE coalesce(h.next_version_id, c.version_id) <> h.new_version_id ORDER BY h.id",
    ),
    Rule(
        "changes are answered by somebody of no part in it",
        "whoever agreed to a change or refused it never had a place in the group, and did not ask for it",
        "SELECT 'campaign_change ' || h.id AS offender FROM campaign_change h JOIN campaign c ON c.id = h.campaign_id"
        " JOIN project p ON p.id = c.project_id WHERE h.answered_by_id IS NOT NULL"
        " AND (h.answered_by_id IN (h.begun_by_id, h.asked_by_id) OR EXISTS (SELECT 1 FROM group_member m"
        " WHERE m.group_id = p.group_id AND m.person_id = h.answered_by_id AND m.created_at <= h.answered_at))"
        " ORDER BY h.id",
    ),
    Rule(
        "the verdict follows from what was raised",
        "a campaign succeeded exactly when the sum frozen at its verdict met its target, and nothing is frozen before",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c WHERE CASE"
        f" WHEN c.status IN ({_MET}) THEN coalesce(c.raised_pence < c.target_pence, true) OR c.decided_at IS NULL"
        f" WHEN c.status = '{Status.UNSUCCESSFUL}' THEN coalesce(c.raised_pence >= c.target_pence, true)"
        "  OR c.decided_at IS NULL"
        " ELSE c.raised_pence IS NOT NULL OR c.decided_at IS NOT NULL END"
        " UNION SELECT 'campaign ' || c.id FROM campaign c JOIN campaign_event e ON e.subject_id = c.id"
        " AND e.cause IN ('target met', 'target missed') WHERE e.amount_pence <> c.raised_pence ORDER BY 1",
    ),
    Rule(
        "deadlines are kept",
        "no campaign stays live a day after its deadline, or closing a day after it began to close but for gifts to count",
        f"SELECT 'campaign ' || id AS offender FROM campaign WHERE (status = '{Status.LIVE}'"
        f" AND deadline_at < {NOW} - interval '1 day') OR (status = '{Status.CLOSING}'"
        f" AND closing_at < {NOW} - interval '1 day'"
        # cash and cheques received in time wait to be counted, within settings.gift_count_hours
        f" AND NOT (closing_at > {NOW} - interval '8 days' AND EXISTS (SELECT 1 FROM offline_gift g"
        " WHERE g.campaign_id = campaign.id AND g.status = 'received'))) ORDER BY id",
    ),
    Rule(
        "approved campaigns are frozen",
        "from approval on a campaign has its version, target, threshold and deadline, and its target is the version's",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c LEFT JOIN project_version v ON v.id = c.version_id"
        f" WHERE c.status NOT IN {_BEFORE_APPROVAL} AND (v.id IS NULL OR v.project_id <> c.project_id"
        " OR c.target_pence IS DISTINCT FROM v.target_pence OR c.threshold_bp IS NULL OR c.deadline_at IS NULL)"
        " ORDER BY c.id",
    ),
    Rule(
        "value and target are computed",
        "target = costs - other funding, value = costs + in kind (ruling 1), and the frozen lines give these sums",
        "SELECT 'project_version ' || v.id AS offender FROM project_version v"
        " CROSS JOIN LATERAL (SELECT"
        " coalesce((SELECT sum((l->>'amount_pence')::bigint) FROM jsonb_array_elements(v.content->'costs') l), 0) AS cost,"
        " coalesce((SELECT sum((l->>'amount_pence')::bigint) FROM jsonb_array_elements(v.content->'other_funding') l), 0)"
        " AS other,"
        " coalesce((SELECT sum((l->>'amount_pence')::bigint) FROM jsonb_array_elements(v.content->'in_kind') l), 0)"
        " AS kind) s"
        " WHERE v.target_pence <> v.cost_pence - v.other_funding_pence"
        " OR v.project_value_pence <> v.cost_pence + v.in_kind_pence"
        " OR (v.content ? 'costs' AND (s.cost <> v.cost_pence OR s.other <> v.other_funding_pence"
        " OR s.kind <> v.in_kind_pence)) ORDER BY v.id",
    ),
    Rule(
        "one unfinished campaign",
        "a project has at most one campaign that is not over",
        "SELECT 'project ' || project_id AS offender FROM campaign WHERE status NOT IN"
        " ('refused', 'unsuccessful', 'settled', 'collapsed', 'cancelled', 'withdrawn')"
        " GROUP BY project_id HAVING count(*) > 1 ORDER BY project_id",
    ),
    Rule(
        "deadlines follow the last day",
        "a deadline is 00:00 in London after the last day shown (imported records keep the council's own)",
        "SELECT 'campaign ' || id AS offender FROM campaign WHERE deadline_at IS NOT NULL AND last_day IS NOT NULL"
        " AND import_batch_id IS NULL"
        " AND deadline_at <> ((last_day + 1)::timestamp AT TIME ZONE 'Europe/London') ORDER BY id",
    ),
    Rule(
        "suspended campaigns say since when",
        "suspended_at is set while a campaign is suspended, and at no other time but after a cancellation",
        "SELECT 'campaign ' || id AS offender FROM campaign WHERE (status = 'suspended' AND suspended_at IS NULL)"
        " OR (status NOT IN ('suspended', 'cancelled') AND suspended_at IS NOT NULL) ORDER BY id",
    ),
    Rule(
        "groups have an owner",
        "a group made here has at least one current owner",
        "SELECT 'group ' || g.id AS offender FROM community_group g WHERE g.import_batch_id IS NULL AND NOT g.generated"
        " AND NOT EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = g.id AND m.role = 'owner'"
        " AND m.ended_at IS NULL) ORDER BY g.id",
    ),
    Rule(
        "nobody approved their own",
        "the person who approved, refused or asked for changes never had a place in the group",
        "SELECT 'campaign ' || e.subject_id AS offender FROM campaign_event e JOIN campaign c ON c.id = e.subject_id"
        " JOIN project p ON p.id = c.project_id JOIN group_member m ON m.group_id = p.group_id AND m.person_id = e.by_id"
        " WHERE e.cause IN ('approved', 'refused', 'changes requested', 'suspended', 'resumed')"
        " AND m.created_at <= e.recorded_at ORDER BY e.subject_id",
    ),
    Rule(
        "what was checked is on record",
        "a campaign that an officer approved has the items without which nothing is approved, each checked, with a role",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c JOIN campaign_event e ON e.subject_id = c.id"
        " AND e.cause = 'approved' AND e.by_id IS NOT NULL WHERE c.import_batch_id IS NULL AND"
        " (SELECT count(*) FROM campaign_check k WHERE k.campaign_id = c.id AND k.checked AND k.role IS NOT NULL"
        f" AND k.item IN ({listed(MUST_BE_CHECKED)})) < {len(MUST_BE_CHECKED)} ORDER BY c.id",
    ),
    Rule(
        "papers of an approval are kept",
        "each paper that an approval lists is there, with its file, as it was",
        "SELECT DISTINCT 'campaign ' || k.campaign_id AS offender FROM campaign_check k"
        " JOIN campaign c ON c.id = k.campaign_id"
        " CROSS JOIN LATERAL jsonb_array_elements(coalesce(k.evidence, '[]'::jsonb)) p"
        " LEFT JOIN evidence v ON v.id = (p->>'id')::bigint AND v.project_id = c.project_id"
        " WHERE v.sha256 IS DISTINCT FROM p->>'sha256' OR v.file_gone_at IS NOT NULL ORDER BY 1",
    ),
    Rule(
        "a file is one paper's",
        "each stored paper belongs to one row",
        "SELECT 'evidence ' || min(id) AS offender FROM evidence WHERE key IS NOT NULL"
        " GROUP BY key HAVING count(*) > 1 ORDER BY 1",
    ),
    Rule(
        "a second look is another person's",
        "who agreed to a recommendation is somebody else, approved the campaign, and neither is of its group",
        "SELECT DISTINCT 'second_look ' || l.id AS offender FROM second_look l JOIN campaign c ON c.id = l.campaign_id"
        " JOIN project p ON p.id = c.project_id WHERE l.agreed AND (l.ended_by_id = l.recommended_by_id"
        " OR NOT EXISTS (SELECT 1 FROM campaign_event e WHERE e.subject_id = l.campaign_id AND e.cause = 'approved'"
        " AND e.by_id = l.ended_by_id)"
        " OR EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = p.group_id AND m.created_at <= l.recommended_at"
        " AND m.person_id = l.recommended_by_id)) ORDER BY 1",
    ),
    Rule(
        "what is searched for is what is frozen",
        "each frozen version has one document for the search, and it and the words are those of its content",
        "SELECT 'project_version ' || v.id AS offender FROM project_version v"
        " LEFT JOIN project_search s ON s.version_id = v.id WHERE s.document IS DISTINCT FROM project_document(v.content)"
        " OR (SELECT count(*) FROM project_word w WHERE w.version_id = v.id)"
        " <> (SELECT count(*) FROM project_words(v.content)) ORDER BY v.id",
    ),
    Rule(
        "old addresses are nobody's now",
        "where a project or a group was before, no other has come to live: a printed code leads to the right one",
        "SELECT 'old_address ' || o.id AS offender FROM old_address o WHERE (o.kind = 'project'"
        " AND EXISTS (SELECT 1 FROM project p WHERE p.slug = o.slug)) OR (o.kind = 'group'"
        " AND EXISTS (SELECT 1 FROM community_group g WHERE g.slug = o.slug)) ORDER BY o.id",
    ),
    Rule(
        "nobody pays unseen",
        "while the page of a project is taken down, none of its campaigns takes pledges or charges cards",
        "SELECT 'project ' || p.id AS offender FROM project p JOIN campaign c ON c.project_id = p.id"
        " WHERE p.taken_down_at IS NOT NULL AND c.status IN ('live', 'closing', 'successful', 'collecting') ORDER BY p.id",
    ),
)
