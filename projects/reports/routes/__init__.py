"""Pages of reports.

/groups/{group}/projects/{project}/report/{kind}/...     a group writes, gives receipts and pictures, sends, needs more time
/staff/reports/...                                       officers read, ask back, accept, hide
"""

from projects.reports.routes import group, officers, pictures, receipts

ROUTES = [*receipts.ROUTES, *pictures.ROUTES, *group.ROUTES, *officers.ROUTES]
