"""The frame around an e-mail's words: the company's logo or name, its color, its address. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from fieldoffice.services.company.online_http import contrast
from fieldoffice.services.messages import markup

COLOR = "#0B6E69"
WHITE, BLACK = "#FFFFFF", "#1A1F26"
LOGO = "cid:logo"
FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
DARK = (
    "@media (prefers-color-scheme: dark){.ground{background:#14171B!important}"
    ".card{background:#1C2127!important;border-color:#313841!important}"
    ".words,.words b{color:#E7EAEE!important}.foot,.foot a{color:#A3ADB8!important}}"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How the company shows itself. `color` is #RRGGBB; `logo` says whether the e-mail carries one as "logo"."""

    name: str
    lines: tuple[str, ...] = ()  # address, phone, e-mail
    color: str = COLOR
    logo: bool = False


def framed(text: str, values: markup.Values, look: Look, *, language: str, logo: str = LOGO) -> str:
    """A whole HTML document of a message's text, with its style inside; it loads nothing from anywhere."""
    body = markup.as_html(text, values, button=_button(look.color))
    head = (
        f'<img src="{escape(logo)}" alt="{escape(look.name)}" style="max-height:56px;max-width:240px">'
        if look.logo
        else f'<span style="font-size:18px;font-weight:600;color:{_ink(look.color)}">{escape(look.name)}</span>'
    )
    bar = "#FFFFFF" if look.logo else look.color
    foot = "<br>".join(escape(line) for line in (look.name, *look.lines) if line)
    return _PAGE.format(lang=escape(language), dark=DARK, font=FONT, color=look.color, bar=bar, head=head, body=body, foot=foot)


def _button(color: str) -> str:
    return (f"display:inline-block;background:{color};color:{_ink(color)};text-decoration:none;font-weight:600;"
            "padding:12px 20px;border-radius:4px")  # fmt: skip


def _ink(color: str) -> str:
    """White or near black, whichever reads better on the color."""
    return WHITE if contrast(color, WHITE) >= contrast(color, BLACK) else BLACK


_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><style>{dark}</style></head>
<body class="ground" style="margin:0;padding:0;background:#F6F7F9">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="ground" style="background:#F6F7F9"><tr>
<td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="card"
 style="max-width:560px;background:#FFFFFF;border:1px solid #DFE3E8;border-radius:4px;border-collapse:separate;overflow:hidden">
<tr><td style="padding:16px 24px;background:{bar};border-top:4px solid {color};font-family:{font}">{head}</td></tr>
<tr><td class="words" style="padding:8px 24px 16px;font-family:{font};font-size:16px;line-height:1.5;color:#1A1F26;word-break:break-word">
{body}
</td></tr></table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px"><tr>
<td class="foot" style="padding:16px 24px;font-family:{font};font-size:13px;line-height:1.5;color:#59636F">{foot}</td></tr></table>
</td></tr></table></body></html>
"""
