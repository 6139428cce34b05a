"""The council's own money at the provider: what it takes out for having paid backers, what it puts in for costs and losses."""
