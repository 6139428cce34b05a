"""The states of a report in words, for its group and for officers."""

from typing import Final

from projects.reports.states import Report
from projects.words import Meaning

MEANINGS: Final = {
    Report.ASKED: Meaning("To write", "wait", "Your group writes it. Everything is saved as you go."),
    Report.OVERDUE: Meaning("Overdue", "no", "Its last day is over, and two weeks of notice too."),
    Report.SENT: Meaning("With an officer", "wait", "An officer reads it, and writes to you."),
    Report.ASKED_BACK: Meaning("An officer asks", "wait", "Add what they ask, and send it again."),
    Report.ACCEPTED: Meaning("Accepted", "yes", "Nothing more is asked."),
    Report.LAPSED: Meaning("Not asked any more", "quiet", "Nothing has to be sent."),
}
