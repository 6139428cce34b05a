"""The pages of groups, and of officers who check their campaigns.

/start/questions, /start/call                        before anything, without signing in
/groups/new and /groups/{group}/...                  a group, its people and details
/groups/{group}/receiver/...                         who receives its money
/groups/{group}/projects/{project}                   the task list, and later what the campaign needs
/groups/{group}/projects/{project}/{question}        title, summary, place, who, match, permission, children, story, ...
/groups/{group}/projects/{project}/lists/{which}/... costs, other-funding, in-kind
/groups/{group}/projects/{project}/papers/...        what an officer needs to see
/groups/{group}/projects/{project}/checking/...      questions of the officer, and answers
/groups/{group}/projects/{project}/{act}             next, preview, submit, open, withdraw, cancel, end-early, again
/groups/{group}/projects/{project}/changes/...       what a running campaign asks to change
/groups/{group}/projects/{project}/posts/...         updates, questions, letters, thanks
/projects/{slug}/updates, questions, messages        everybody reads; ask, contact: everybody writes
/groups/{group}/projects/{project}/delivery/...      what becomes of a funded project
/hand-over/{group}                                   somebody asks to run a group that nobody answers for
/written/{reference}/{token}                         what somebody wrote without an account
/staff/posts/..., /staff/quiet-periods/...           officers look at posts
/staff/deliveries/..., /staff/hand-overs/...         officers decide, two of them
/staff/campaigns/..., /staff/changes/..., /staff/objectives/..., /staff/taken-down    officers
/pictures/{key}-{width}.webp                         everybody
"""

from projects.routes import (
    asking,
    campaign,
    changes,
    checking,
    delivery,
    desk,
    extras,
    groups,
    hand_over,
    helping,
    lines,
    moderation,
    objectives,
    officer_changes,
    officer_deliveries,
    officers,
    papers,
    picture,
    post_pages,
    posts,
    receiving,
    signing,
    start,
    takedown,
    tasks,
    writing,
)
from projects.routes.moved import find as find_moved

__all__ = ["ROUTES", "find_moved"]

ROUTES = [
    *start.ROUTES,
    *groups.ROUTES,
    *receiving.ROUTES,
    *writing.ROUTES,
    *lines.ROUTES,
    *papers.ROUTES,
    *checking.ROUTES,
    *picture.ROUTES,
    *tasks.ROUTES,
    *helping.ROUTES,
    *signing.ROUTES,
    *campaign.ROUTES,
    *changes.ROUTES,
    *extras.ROUTES,
    *delivery.ROUTES,
    *hand_over.ROUTES,
    *desk.ROUTES,
    *officers.ROUTES,
    *officer_changes.ROUTES,
    *officer_deliveries.ROUTES,
    *objectives.ROUTES,
    *takedown.ROUTES,
    *posts.ROUTES,
    *post_pages.ROUTES,
    *asking.ROUTES,
    *moderation.ROUTES,
]
