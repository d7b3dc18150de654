"""Lists in and out: the page for imports, and the export of any table."""
