"""Where addresses lie: found offline by postal code, asked of a service that the office chose, or pinned by hand.

Nothing is sent anywhere unless a service is chosen under Organization → Settings → Connections. A pin that a person set is
never moved. `placed_by` of a location says how good its place is: see `words.PLACED`.
"""
