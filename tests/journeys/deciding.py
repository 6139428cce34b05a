"""What the council does: propose, sign, move the demonstration's clock, look at what came of it."""

from datetime import date, timedelta

from tests.journeys.visitor import Visitor


async def proposes(officer: Visitor, title: str, amount: str) -> None:
    """A fund officer, with the calculator above the form."""
    await officer.opens("/account")
    await officer.follows("Awards")
    await officer.follows("Propose an award")
    await officer.follows(title)
    await officer.reads("Why not more?")
    await officer.types("How much?", "9,999")
    await officer.types("Why this project, and why this much?", "The crowd gave more than half. The quotes were seen.")
    await officer.presses("Propose the award")
    await officer.reads("There is a problem")
    await officer.types("How much?", amount)
    await officer.presses("Propose the award")
    await officer.reads(f"Proposed: £{amount} for {title}")


async def signs(signatory: Visitor, title: str, amount: str) -> None:
    """Somebody else, who reads the written record first."""
    await signatory.follows("Awards to sign")
    await signatory.follows(title)
    await signatory.follows("Check the written record, then sign")
    await signatory.presses("Sign the award")
    await signatory.reads(f"Signed: £{amount} is earmarked for {title}")


async def moves_clock(officer: Visitor, day: date, time: str) -> None:
    """At /local/."""
    await officer.opens("/local/")
    await officer.chooses("To the day and time below")
    await officer.types_day(day)
    await officer.types("Time", time)
    await officer.presses("Move the clock")
    await officer.reads("It is now")
    assert await officer.today() == day


async def lets_deadline_pass(officer: Visitor, last_day: date) -> None:
    """Five minutes past the midnight that ends the last day."""
    await moves_clock(officer, last_day + timedelta(days=1), "00:05")


async def lets_first_charge_come(officer: Visitor, last_day: date) -> None:
    """More than 48 hours after everybody was told."""
    await moves_clock(officer, last_day + timedelta(days=3), "01:00")
