"""The endpoint: pages for people outside, server-rendered over the same services that the desktop calls."""
