"""Our small widgets. Each one shows data as plain text, can be used with the keyboard alone and has a name for readers."""
