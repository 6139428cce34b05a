"""What `make run` and the tests need and production does not: a database, a queue and demo data of this clone's own."""
