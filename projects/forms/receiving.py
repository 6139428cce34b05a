"""Naming a host."""

from crowdfund_kent.forms import SiteForm, TextField


class HostForm(SiteForm):
    """The group that is to receive the money."""

    host = TextField(
        "Which group receives the money for you?",
        hint="Its name as it stands on this site. A parish council, a village hall or a charity that knows you.",
        missing="Enter the name of the group",
        longest=160,
    )
