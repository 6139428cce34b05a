"""/staff/contact: how groups reach an officer, in the officer's own words."""

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import contacts, sessions
from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.accounts.forms import ContactForm
from crowdfund_kent.accounts.landing import LandingLink, register_link
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

PATH = "/staff/contact"


async def edit(request: Request) -> Response:
    """GET and POST /staff/contact: the officer's own; nobody changes another's."""
    person: Person = request.state.session.person
    kept, settings = await contacts.contact_of(person.id), get_settings()
    form = await ContactForm.of(
        request,
        name=kept.name if kept else person.name,
        phone=kept.phone if kept else "",
        hours=kept.hours if kept else settings.contact_hours,
        email=kept.email if kept else person.email,
    )
    if request.method == "POST" and form.validate():
        await contacts.save_contact(
            request.state.actor,
            name=form.name.data,
            phone=form.phone.data,
            hours=form.hours.data,
            email=form.email.data,
        )
        return await done(request, PATH, "Saved. The groups that you look after see it on every page.")
    context = {
        "form": form,
        "flash": await sessions.take_flash(request),
        "officer": await contacts.named_officer(person.id),
    }
    return render(request, "accounts/contact.html", context, status=form.response_status)


ROUTES = [page(PATH, edit, staff(Role.FUND_OFFICER), name="staff_contact", methods=("GET", "POST"))]

register_link(
    LandingLink(Role.FUND_OFFICER, "How groups reach you", "staff_contact", about="Your name, telephone and hours.")
)
