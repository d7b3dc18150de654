"""Booking by people outside: free times that a provider can truly reach, held, confirmed, moved and called off."""
