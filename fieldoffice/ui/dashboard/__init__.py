"""The first page: how today stands and what needs somebody now."""
