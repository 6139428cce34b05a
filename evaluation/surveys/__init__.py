"""What groups and backers say afterwards: asked by link, answered in minutes, told in numbers only."""
