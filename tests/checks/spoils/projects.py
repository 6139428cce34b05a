"""Campaigns and their frozen versions."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "campaign history agrees": spoil("campaign {live}", "UPDATE campaign SET status = 'closing' WHERE id = {live}"),
    "campaign moves along its table": spoil(
        "campaign {live}", "UPDATE campaign_event SET cause = 'approved' WHERE subject_id = {live} AND new = 'live'"
    ),
    "campaign moves are on record": spoil(
        "campaign {settled}", "DELETE FROM audit_row WHERE act = 'verdict' AND subject = 'campaign:{settled}'"
    ),
    "campaign_change history agrees": spoil(
        "campaign_change {change}", "UPDATE campaign_change SET status = 'refused' WHERE id = {change}"
    ),
    "campaign_change moves along its table": spoil(
        "campaign_change {change}",
        "UPDATE campaign_change_event SET cause = 'withdrawn' WHERE subject_id = {change} AND new = 'agreed'",
    ),
    "campaign_change moves are on record": spoil(
        "campaign_change {change}",
        "DELETE FROM audit_row WHERE act = 'change agreed' AND subject = 'campaign_change:{change}'",
    ),
    "a campaign shows the plan that was agreed last": spoil(
        "campaign_change {plan}",
        "UPDATE campaign SET version_id = h.old_version_id FROM campaign_change h WHERE h.id = {plan}"
        " AND campaign.id = h.campaign_id",
    ),
    "changes are answered by somebody of no part in it": spoil(
        "campaign_change {plan}",
        "UPDATE campaign_change SET answered_by_id = {owner}, begun_by_id = 0, asked_by_id = 0 WHERE id = {plan}",
    ),
    "the verdict follows from what was raised": spoil(
        "campaign {settled}", "UPDATE campaign SET raised_pence = target_pence - 1 WHERE id = {settled}"
    ),
    "deadlines are kept": spoil(
        "campaign {live}",
        "UPDATE campaign SET deadline_at = deadline_at - interval '80 days' WHERE id = {live}",
    ),
    "approved campaigns are frozen": spoil(
        "campaign {live}", "UPDATE campaign SET target_pence = target_pence - 1 WHERE id = {live}"
    ),
    "value and target are computed": spoil(
        "project_version {version}",
        "UPDATE project_version SET content = jsonb_set(content, '{{costs,0,amount_pence}}', '1') WHERE id = {version}",
    ),
    "one unfinished campaign": spoil(
        "project {project}",
        "INSERT INTO campaign (project_id, status, created_at, card_cost_borne_by, if_too_much, generated)"
        " VALUES ({project}, 'draft', now(), 'group', '', false)",
        free=("campaign_one_unfinished",),
    ),
    "deadlines follow the last day": spoil(
        "campaign {live}", "UPDATE campaign SET deadline_at = deadline_at + interval '1 hour' WHERE id = {live}"
    ),
    "suspended campaigns say since when": spoil(
        "campaign {live}", "UPDATE campaign SET suspended_at = now() WHERE id = {live}"
    ),
    "groups have an owner": spoil("group {group}", "UPDATE group_member SET ended_at = now() WHERE group_id = {group}"),
    "nobody approved their own": spoil(
        "campaign {live}",
        "UPDATE campaign_event SET by_id = {owner} WHERE subject_id = {live} AND cause = 'approved'",
    ),
}
