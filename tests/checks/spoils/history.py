"""Imported records and figures."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "imported rows say where from": spoil(
        "pledge:{imported}", "DELETE FROM import_row WHERE subject = 'pledge:{imported}'"
    ),
    "file lines lead to rows": spoil(
        "import_row {batch_row}", "UPDATE import_row SET subject = 'pledge:{active}' WHERE id = {batch_row}"
    ),
    "files are imported once and whole": spoil(
        "import_batch {batch}",
        "UPDATE import_batch SET files = jsonb_set(files, '{{0,rows}}', '7') WHERE id = {batch}",
    ),
    "imported history is in its own books": spoil(
        "history:collected:batch:{batch}", "UPDATE pledge SET amount_pence = amount_pence + 1 WHERE id = {imported}"
    ),
    "history is not mixed with our money": spoil(
        "ledger_movement {movement}",
        "UPDATE ledger_line SET account = 'history:paid out:campaign:{past}' WHERE id = {line}",
    ),
    "generated records are marked through": spoil(
        "pledge {imported}", "UPDATE pledge SET generated = false WHERE id = {imported}"
    ),
    "generated match is of a marked fund": spoil(
        "match_pledge {paid}", "UPDATE match_fund SET generated = false WHERE slug = 'old-pot'"
    ),
    "imports keep both dates": spoil(
        "pledge {imported}",
        "UPDATE pledge_event SET recorded_at = effective_at WHERE subject_id = {imported}",
    ),
    "figures agree with the rows": spoil(
        "match pledged, real records: ",
        "UPDATE match_pledge SET amount_pence = amount_pence + 1, status = 'pledged' WHERE id = {offer}",
    ),
    "snapshots are as recomputed": spoil(
        "evaluation_snapshot {snapshot}",
        "UPDATE evaluation_snapshot SET values = jsonb_set(values, '{{match_pledged}}', '1') WHERE id = {snapshot}",
    ),
    "published figures are corrected, never replaced": spoil(
        "published_figure {published}",
        "UPDATE published_figure SET corrects_id = NULL, reason = '' WHERE id = {published}",
    ),
    "packs that were asked for are built": spoil(
        "evaluation_pack {pack}",
        "UPDATE evaluation_pack SET asked_at = asked_at - interval '2 hours' WHERE id = {pack}",
    ),
    "the comparison was written down": spoil(
        "evaluation_protocol match effect", "UPDATE evaluation_protocol SET words = 'Whatever looks best.'"
    ),
}
