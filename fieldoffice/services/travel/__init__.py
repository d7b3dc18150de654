"""How long drives take: which source the office uses, what it answered before, and the matrix made of both."""
