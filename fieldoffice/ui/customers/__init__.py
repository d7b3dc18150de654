"""Customers: the list, the page of one, and those that may be one and the same."""
