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
    "delivery history agrees": spoil(
        "delivery {delivery}", "UPDATE delivery SET status = 'late' WHERE id = {delivery}"
    ),
    "delivery moves along its table": spoil(
        "delivery {delivery}",
        "UPDATE delivery_event SET cause = 'begun' WHERE subject_id = {delivery} AND new = 'delivered'",
    ),
    "delivery moves are on record": spoil(
        "delivery {delivery}", "DELETE FROM audit_row WHERE act = 'delivery done' AND subject = 'delivery:{delivery}'"
    ),
    "delivery_turn history agrees": spoil(
        "delivery_turn {turn}", "UPDATE delivery_turn SET status = 'refused' WHERE id = {turn}"
    ),
    "delivery_turn moves along its table": spoil(
        "delivery_turn {turn}",
        "UPDATE delivery_turn_event SET cause = 'refused' WHERE subject_id = {turn} AND new = 'agreed'",
    ),
    "delivery_turn moves are on record": spoil(
        "delivery_turn {turn}", "DELETE FROM audit_row WHERE act = 'turn agreed' AND subject = 'delivery_turn:{turn}'"
    ),
    "group_hand_over history agrees": spoil(
        "group_hand_over {hand_over}", "UPDATE group_hand_over SET status = 'refused' WHERE id = {hand_over}"
    ),
    "group_hand_over moves along its table": spoil(
        "group_hand_over {hand_over}",
        "UPDATE group_hand_over_event SET cause = 'refused' WHERE subject_id = {hand_over} AND new = 'answered'",
    ),
    "group_hand_over moves are on record": spoil(
        "group_hand_over {hand_over}",
        "DELETE FROM audit_row WHERE act = 'hand-over answered' AND subject = 'group_hand_over:{hand_over}'",
    ),
    "group_hosting history agrees": spoil(
        "group_hosting {hosting}", "UPDATE group_hosting SET status = 'refused' WHERE id = {hosting}"
    ),
    "group_hosting moves along its table": spoil(
        "group_hosting {hosting}",
        "UPDATE group_hosting_event SET cause = 'refused' WHERE subject_id = {hosting} AND new = 'agreed'",
    ),
    "group_hosting moves are on record": spoil(
        "group_hosting {hosting}",
        "DELETE FROM audit_row WHERE act = 'host agreed' AND subject = 'group_hosting:{hosting}'",
    ),
    "a host receives for itself": spoil(
        "group_hosting {hosting}",
        "UPDATE group_hosting SET answered_by_id = asked_by_id WHERE id = {hosting}",
        free=("group_hosting.group_hosting_two_people",),
    ),
    "funded projects are followed": spoil(
        "campaign {settled}", "UPDATE delivery SET campaign_id = {live} WHERE id = {delivery}"
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
    "what was checked is on record": spoil(
        "campaign {live}",
        "DELETE FROM campaign_check WHERE campaign_id = {live} AND item LIKE 'The costs%'",
    ),
    "papers of an approval are kept": spoil(
        "campaign {live}", "UPDATE evidence SET sha256 = repeat('a', 64) WHERE id = {paper}"
    ),
    "a file is one paper's": spoil(
        "evidence {paper}",
        "UPDATE evidence SET key = 'evidence/a.pdf', size_bytes = 1, media_type = 'x', sha256 = repeat('a', 64)"
        " WHERE project_id = {project}",
        free=("evidence.evidence_key_once",),
    ),
    "a second look is another person's": spoil(
        "second_look 99",
        "INSERT INTO second_look (id, campaign_id, recommended_by_id, recommended_at, words, agreed, ended_by_id,"
        " ended_at, answer) VALUES (99, {live}, {owner}, now(), '', true, {owner}, now(), '')",
        free=("second_look.second_look_by_another",),
    ),
}
