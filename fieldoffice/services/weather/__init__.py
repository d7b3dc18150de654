"""The weather of half days: typed or fetched, what it does to a day, and moving visits out of its way."""
