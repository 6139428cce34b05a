"""A year of a programme, played through the real services; then everything is added up."""
