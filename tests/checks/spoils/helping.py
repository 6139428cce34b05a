"""Helpers and signed papers."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "helpers decided nothing": spoil(
        "campaign {live}",
        "INSERT INTO group_member (group_id, person_id, role, created_at) VALUES ({group}, {admin}, 'helper', '2000-01-01')",
        "UPDATE campaign_event SET by_id = {admin} WHERE subject_id = {live} AND cause = 'opened'",
    ),
    "signed papers are another person's record": spoil(
        "signed_paper ",
        "INSERT INTO signed_paper (campaign_id, person_id, act, subject, reference, signed_on, file_key, media_type,"
        " recorded_by_id, recorded_at) VALUES ({live}, {owner}, 'open', 'campaign:{live}', 'S-2222-3333', now(),"
        " 'signed/1.webp', 'image/webp', {owner}, now())",
    ),
}
