"""The map's page, made once by folium: an empty map, our scripts, and not one address outside the program.

The page never changes afterwards; what it shows comes through the bridge (`fieldoffice.ui.map.bridge`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fieldoffice.assets import resource


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Hide a package while something is imported that takes it where it is there, but does without."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


with _without("pandas"):  # three of four seconds, for data frames that this map never shows
    import folium
    from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
    from folium.plugins import MarkerCluster
    from folium.template import Template

HOST = "fieldoffice://app/"
POLICY = (
    "default-src 'none'; script-src fieldoffice:; style-src fieldoffice: 'unsafe-inline'; connect-src fieldoffice:; "
    "img-src fieldoffice: data:; font-src fieldoffice:; base-uri 'none'; form-action 'none'"
)
"""No script but our files: neither a name with markup in it nor a mistake of ours can run one."""
OURS = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_css": "leaflet/leaflet.css",
    "markerclusterjs": "markercluster/leaflet.markercluster.js",
    "markerclustercss": "markercluster/MarkerCluster.css",
}
"""folium's name of a script or style, and where it lies here."""
NEEDLESS = frozenset({
    "jquery", "bootstrap", "bootstrap_css", "glyphicons_css", "awesome_markers", "awesome_markers_css",
    "awesome_markers_font_css", "awesome_rotate_css", "markerclusterdefaultcss",
})  # fmt: skip
"""What folium would load for popups and pins that this map does not use."""
SCRIPTS = ("ground", "sheet", "rings", "names", "stops", "routes", "strip", "tools", "drag", "main")
FARTHEST_ZOOM = 19
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']?(?!fieldoffice:|data:)[^"'\s>]+|https?://[^\s"'<>]+""")
Links = list[tuple[str, str]]


@dataclass(frozen=True)
class Shell:
    """The page and the scripts that folium had written into it, by the name under which they are served."""

    html: str
    scripts: dict[str, str]


def ours(links: Links) -> Links:
    """The same links to files of the program; raises ValueError on one that nobody has decided about."""
    kept: Links = []
    for name, url in links:
        if name in OURS:
            kept.append((name, HOST + OURS[name]))
        elif name not in NEEDLESS:
            raise ValueError(f"folium asks for {name!r} at {url}: name a file of the program for it in OURS.")
    return kept


def shell() -> Shell:
    """Render the page; raises ValueError where anything in it still points outside the program.

    Raises FileNotFoundError, in words that name the set-up, where a script of others is missing.
    """
    for path in OURS.values():
        resource(path)
    figure = Figure(title="Map")
    figure.add_child(_map())
    policy = Element(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">')
    figure.header.add_child(policy, "policy", index=0)
    html, scripts = _take_out_scripts(figure.render())
    if outside := OUTSIDE.search("\n".join([html, *scripts.values()])):
        raise ValueError(f"The map's page points outside the program: {outside[0]}")
    return Shell(html, scripts)


def _map() -> folium.Map:
    """An empty map with a group that gathers crowded markers; both know how far one can zoom."""
    chart = LocalMap(location=[39, -96], zoom_start=4, tiles=None, zoom_control="topleft", font_size="13px")
    chart.options.update({"maxZoom": FARTHEST_ZOOM, "minZoom": 2, "worldCopyJump": True, "attributionControl": False})
    chart.options.update({"boxZoom": False, "fadeAnimation": False, "zoomSnap": 0.5, "wheelPxPerZoomLevel": 90})
    group = LocalCluster(max_cluster_radius=44, show_coverage_on_hover=False, animate=False).add_to(chart)
    chart.add_child(Start(chart.get_name(), group.get_name()))
    return chart


class LocalMap(folium.Map):
    """folium's map with its scripts and styles taken from the program."""

    default_js = ours(folium.Map.default_js)
    default_css = ours(folium.Map.default_css)


class LocalCluster(MarkerCluster):
    """folium's marker group with its scripts and styles taken from the program."""

    default_js = ours(MarkerCluster.default_js)
    default_css = ours(MarkerCluster.default_css)


class Start(MacroElement):
    """Our scripts and styles, and the call that hands them folium's map and marker group."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.fieldoffice.start({{ this.chart }}, {{ this.group }});
        {% endmacro %}
        """
    )

    def __init__(self, chart: str, group: str) -> None:
        super().__init__()
        self._name = "Start"
        self.chart, self.group = chart, group

    def render(self, **kwargs: object) -> None:
        figure = self.get_root()
        assert isinstance(figure, Figure)
        for name in ("qwebchannel.js", "topojson/topojson-client.min.js", *(f"map/{name}.js" for name in SCRIPTS)):
            figure.header.add_child(JavascriptLink(HOST + name), name=name)
        figure.header.add_child(CssLink(HOST + "map/map.css"), name="map.css")
        super().render(**kwargs)


def _take_out_scripts(html: str) -> tuple[str, dict[str, str]]:
    """Move scripts that stand in the page into files, since the page's policy forbids the former."""
    scripts: dict[str, str] = {}

    def move(match: re.Match[str]) -> str:
        name = f"shell/{len(scripts)}.js"
        scripts[name] = match[1]
        return f'<script src="{HOST}{name}"></script>'

    return INLINE.sub(move, html), scripts
