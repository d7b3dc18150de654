"""Ctrl+K: one field that finds every command, page, customer, job and provider."""
