"""The inbox of booking requests: columns by state, one request in full, the three answers."""
