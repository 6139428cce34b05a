"""What everybody sees: the home page, the list of projects, and a project with its campaign."""
