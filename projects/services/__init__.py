"""Everything that writes groups, projects and campaigns: lock, decide by rules, save, tell.

Each opens its own transaction (a savepoint inside the caller's), checks who acts, and writes audit. They raise
Refused (a rule says no), Forbidden, NotFound, InvalidMove and MovedAlready; nothing is written then.
"""

from projects.services.approving import approve, content_of, refuse, request_changes, resume, suspend
from projects.services.campaigns import (
    begin_closing,
    cancel,
    cancel_when_suspended_too_long,
    end_early,
    missing_of,
    open_campaign,
    submit,
    withdraw,
)
from projects.services.changes import (
    ask_change,
    begin_change,
    change_problem,
    drop_line,
    put_line,
    refuse_change,
    take_effect,
    withdraw_change,
    write_change,
)
from projects.services.groups import create_group, end_membership, invite, save_group
from projects.services.objectives import add_objective, rename_objective, retire_objective
from projects.services.pictures import add_picture, describe_picture
from projects.services.takedown import put_back, take_down
from projects.services.writing import (
    add_line,
    attach_picture,
    change_line,
    create_project,
    line_of,
    new_campaign,
    pass_question,
    remove_line,
    save_plan,
    save_project,
)

__all__ = [
    "add_line",
    "add_objective",
    "add_picture",
    "approve",
    "ask_change",
    "attach_picture",
    "begin_change",
    "begin_closing",
    "cancel",
    "cancel_when_suspended_too_long",
    "change_line",
    "change_problem",
    "content_of",
    "create_group",
    "create_project",
    "describe_picture",
    "drop_line",
    "end_early",
    "end_membership",
    "invite",
    "line_of",
    "missing_of",
    "new_campaign",
    "open_campaign",
    "pass_question",
    "put_back",
    "put_line",
    "refuse",
    "refuse_change",
    "remove_line",
    "rename_objective",
    "request_changes",
    "resume",
    "retire_objective",
    "save_group",
    "save_plan",
    "save_project",
    "submit",
    "suspend",
    "take_down",
    "take_effect",
    "withdraw",
    "withdraw_change",
    "write_change",
]
