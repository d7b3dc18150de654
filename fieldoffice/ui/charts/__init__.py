"""Pictures of figures, drawn by matplotlib off the Qt thread, with their numbers in a table behind them.

    chart = Chart(desk, name="Visits by day")           # name: for screen readers, and the key of remembered columns
    chart.show_picture(Picture(
        title="Thursday is the fullest day: 41 visits",  # the finding, in one sentence
        draw=draw,                                       # draw(axes, colors), on a worker thread: plain data only, no Qt
        heads=("Day", "Visits", "Hours"),
        rows=(("Mon, Mar 2", Cell(12, "12"), Cell(43_200, "12 h")), …),  # str to the left, Cell to the right, sorted by value
        words="Monday 12 visits, …",                     # what a screen reader says of the picture; made of the rows if empty
    ))
    chart.say("No visits this week yet.")                # instead of a picture

`draw` gets axes without frame, with light horizontal lines, in the theme's colors and the program's font; 1 unit of font size
or line width is 1 logical pixel, and the picture is as sharp as the screen. It is drawn again when the size or the theme
changes. `colors` has `text muted line surface accent danger warn ok`, `state(AppointmentState)` and `route(n)`, as "#rrggbb".
"""

from fieldoffice.ui.charts.chart import Chart
from fieldoffice.ui.charts.drawing import Colors
from fieldoffice.ui.charts.picture import Cell, Picture

__all__ = ["Cell", "Chart", "Colors", "Picture"]
