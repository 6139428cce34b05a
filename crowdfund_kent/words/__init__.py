"""The site's pages of words: shipped with it, editable by officers, every version kept."""
