"""The site: wiring and what every package shares. It knows no crowdfunding word."""
