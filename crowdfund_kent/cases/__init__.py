"""What people ask of us, with a clock: complaints, refunds, something that is wrong, another format, a call.

await services.open_case(Kind.WRONG, text="The date is wrong", page="/projects/pool", by=actor) -> Case
"""
