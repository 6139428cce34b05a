"""Open data: grants by the 360Giving Data Standard, the yearly table of the Transparency Code, campaigns and figures.

No backer's name or gift is ever in it: docs/open-data.md.
"""
