"""The pages of accounts."""

from crowdfund_kent.accounts.routes import account, audit_page, contact_page, sign_in_pages, staff_pages

ROUTES = [*sign_in_pages.ROUTES, *account.ROUTES, *staff_pages.ROUTES, *audit_page.ROUTES, *contact_page.ROUTES]
