"""How long drives take: which source the office uses, what it answered before, and the drives made of both.

Plans take `cache.drives`, everything that may not wait takes `known.known_drives`; both give the same `Drives`. Servers are
asked by `gather` only, for a plan or ahead of time (`filling`).
"""
