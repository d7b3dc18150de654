"""The small map of a customer's addresses: our map's ground and names, and pins that can be dragged."""

from __future__ import annotations

HOST = "fieldoffice://app/"
POLICY = (
    "default-src 'none'; script-src fieldoffice:; style-src fieldoffice: 'unsafe-inline'; connect-src fieldoffice:; "
    "img-src fieldoffice: data:; font-src fieldoffice:; base-uri 'none'; form-action 'none'"
)
"""The large map's, which is not asked for here: it brings a second of imports that this page does without."""
SCRIPTS = ("leaflet/leaflet.js", "qwebchannel.js", "topojson/topojson-client.min.js", "map/ground.js", "map/sheet.js", "map/rings.js",
           "map/names.js", "map/pins.js")  # fmt: skip
STYLES = ("leaflet/leaflet.css", "map/map.css", "map/pins.css")
NAME = "pins.html"


def pin_page() -> str:
    """The page as text; it names nothing outside the program."""
    styles = "".join(f'<link rel="stylesheet" href="{HOST}{name}">' for name in STYLES)
    scripts = "".join(f'<script src="{HOST}{name}"></script>' for name in SCRIPTS)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<meta charset="utf-8">{policy}<title>Addresses</title>{styles}{scripts}'
    return f'<!DOCTYPE html><html><head>{head}</head><body><div id="pins" class="folium-map"></div></body></html>'
