"""Booking requests: what customers ask for, and what the office answers."""
