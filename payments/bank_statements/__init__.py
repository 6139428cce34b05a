"""The council's bank statements: read whole or refused, each line counted once, and what each line pays."""
