"""The pages of groups, and of officers who check their campaigns.

/groups/new and /groups/{group}/...                  a group, its people and details
/groups/{group}/projects/{project}                   the task list, and later what the campaign needs
/groups/{group}/projects/{project}/{question}        title, summary, story, place, objective, picture, last-day, too-much
/groups/{group}/projects/{project}/lists/{which}/... costs, other-funding, in-kind
/groups/{group}/projects/{project}/{act}             preview, submit, open, withdraw, cancel, end-early, again
/staff/campaigns/..., /staff/objectives/...          officers
/pictures/{key}-{width}.webp                         everybody
"""

from projects.routes import campaign, groups, lines, objectives, officers, picture, writing

ROUTES = [
    *groups.ROUTES,
    *writing.ROUTES,
    *lines.ROUTES,
    *picture.ROUTES,
    *campaign.ROUTES,
    *officers.ROUTES,
    *objectives.ROUTES,
]
