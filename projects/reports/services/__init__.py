"""Writes of reports, by what they do. Imported one by one: projects.services.delivery needs one of them."""
