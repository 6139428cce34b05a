"""How a project is found: its search row, its old addresses, its page."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "what is searched for is what is frozen": spoil(
        "project_version {version}", "UPDATE project_search SET document = 'other' WHERE version_id = {version}"
    ),
    "old addresses are nobody's now": spoil(
        "old_address 999",
        "INSERT INTO old_address (id, kind, slug, project_id, created_at)"
        " SELECT 999, 'project', slug, id, now() FROM project WHERE id = {project}",
    ),
    "nobody pays unseen": spoil(
        "project {project}",
        "UPDATE project SET taken_down_at = now(), taken_down_kind = 'harm' WHERE id = {project}",
    ),
}
