"""The closed lists of this package. Pure."""

from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """What a reader can choose to get, or not. E-mails about one's own money have no topic: they always go."""

    UPDATES = "project updates"
    THANKS = "thanks"
    NEWS = "programme news"
    QUESTIONS = "questions"


class Channel(StrEnum):
    """How e-mails leave the site, and how we hear that one came back."""

    SMTP = "smtp"
    NOTIFY = "notify"


# without a choice of theirs; news is marketing, so nobody gets it who did not ask for it. Questions sell nothing: who paid, or
# ran a project, is asked once how it went, by a public body that must account for it
WANTED: Final = {Topic.UPDATES: True, Topic.THANKS: True, Topic.NEWS: False, Topic.QUESTIONS: True}
