"""What groups, residents and officers type about posts."""

from typing import Any

from wtforms.validators import ValidationError

from crowdfund_kent.forms import (
    CheckboxField,
    DayField,
    EmailField,
    HiddenField,
    RadiosField,
    SiteForm,
    TextAreaField,
    TextField,
)
from projects import post_rules
from projects.kinds import HideReason

_FILMS = "The address of a YouTube or Vimeo film on a line of its own is shown as a link with a picture."


class UpdateForm(SiteForm):
    """News for everybody."""

    title = TextField(
        "Title", missing="Enter a title", longest=post_rules.TITLE_LONGEST, hint="Like “The first ramp is built”"
    )
    text = TextAreaField(
        "What is new?",
        missing="Enter the text of your update",
        longest=post_rules.UPDATE_LONGEST,
        rows=10,
        hint=f"Write it as you would tell a neighbour. {_FILMS}",
    )
    form_key = HiddenField()


class ThanksForm(SiteForm):
    """Thanks to every backer."""

    text = TextAreaField("What do you say?", missing="Enter your thanks", longest=post_rules.THANKS_LONGEST, rows=6)
    form_key = HiddenField()


class AnswerForm(SiteForm):
    """A group's answer."""

    text = TextAreaField("Your answer", missing="Enter your answer", longest=2_000, rows=6)


class DeclineForm(SiteForm):
    """Why a question is not answered in public."""

    text = TextAreaField(
        "Why do you not answer it on the page?",
        missing="Enter why you do not answer it on the page",
        longest=1_000,
        rows=4,
        hint="The person who asked gets these words by e-mail. You can answer them here too.",
    )


class AskForm(SiteForm):
    """A question that is shown once it is answered."""

    text = TextAreaField(
        "Your question",
        missing="Enter your question",
        longest=post_rules.QUESTION_LONGEST,
        rows=5,
        hint="It is shown with the group’s answer. Leave out what you would not put on a notice board.",
    )
    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    name_shown = CheckboxField("Show my name with the question. Otherwise only the group sees it.")
    email = EmailField("Your e-mail address", hint="The answer goes there. Nobody else sees it, the group neither.")
    form_key = HiddenField()


class LetterForm(SiteForm):
    """A message that only the group reads."""

    text = TextAreaField(
        "Your message",
        missing="Enter your message",
        longest=post_rules.QUESTION_LONGEST,
        rows=6,
        hint="Only the group reads it.",
    )
    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    email = EmailField(
        "Your e-mail address",
        hint="The answer goes there. The group does not see it, unless you write it in your message.",
    )
    form_key = HiddenField()


class MoreForm(SiteForm):
    """Something to add to a letter."""

    text = TextAreaField("Write again", missing="Enter your message", longest=post_rules.QUESTION_LONGEST, rows=4)


REASONS = {
    HideReason.PERSONAL: "It tells something private about a person",
    HideReason.ABUSE: "It insults or threatens somebody",
    HideReason.UNTRUE: "It is not true, or misleads",
    HideReason.LAW: "It may break the law, or copies somebody’s work",
    HideReason.ADVERTISING: "It is advertising",
    HideReason.OFF_TOPIC: "It has nothing to do with the project",
}


class ReportForm(SiteForm):
    """Anybody says that a post should be looked at."""

    reason = RadiosField(
        "What is wrong with it?",
        missing="Choose what is wrong with it",
        choices=[(str(reason), words) for reason, words in REASONS.items()],
    )
    text = TextAreaField("Tell us more, if you like", longest=1_000, rows=3)
    email = EmailField(
        "Your e-mail address, if you want to hear what came of it",
        missing=None,
        hint="Whoever wrote the post does not learn who you are.",
    )
    form_key = HiddenField()


class HideForm(SiteForm):
    """An officer hides a post."""

    reason = RadiosField(
        "Why?",
        missing="Choose why",
        choices=[(str(reason), reason.capitalize()) for reason in HideReason],
        hint="The place where it stood says this, and no more.",
    )
    words = TextAreaField(
        "What do you tell its author?", missing="Enter what you tell its author", longest=1_000, rows=4
    )


class KeepForm(SiteForm):
    """An officer leaves a reported post where it is."""

    words = TextAreaField(
        "Why does it stay?",
        missing="Enter why it stays",
        longest=1_000,
        rows=4,
        hint="Whoever reported it reads this. Its author does not.",
    )


class AppealForm(SiteForm):
    """The author says why it should be shown."""

    text = TextAreaField("Why should it be shown?", missing="Enter why it should be shown", longest=1_000, rows=5)


class DecideForm(SiteForm):
    """A second officer decides an appeal."""

    upheld = RadiosField(
        "Is the author right?",
        missing="Choose whether the author is right",
        choices=[("yes", "Yes: show it again"), ("no", "No: it stays hidden")],
    )
    answer = TextAreaField("Your answer to the author", missing="Enter your answer", longest=1_000, rows=4)


class QuietForm(SiteForm):
    """Days before an election."""

    from_day = DayField("First day", missing="Enter the first day")
    to_day = DayField("Last day", missing="Enter the last day")
    words = TextField(
        "Which election?",
        missing="Enter which election it is",
        longest=200,
        hint="Like “County council election, 6 May 2021”",
    )

    def validate_to_day(self, field: Any) -> None:
        """In order."""
        if self.from_day.data is not None and field.data < self.from_day.data:
            raise ValidationError("The last day must be on or after the first day")
