"""What a browser would fetch by itself."""

from __future__ import annotations

import pytest

from songyuan_analysis.briefing.web import sealed


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example.com/vega.js"></script>',
        '<img src="//cdn.example.com/a.png">',
        '<img src="figures/a.png"/>',
        '<img srcset="a.png 1x, b.png 2x">',
        '<link rel="stylesheet" href="style.css">',
        "<style>@import 'a.css';</style>",
        "<style>body{background:url(a.png)}</style>",
        '<p style="background:url(&quot;a.png&quot;)">',
        '<iframe src="a.html"></iframe>',
        '<object data="a.svg"></object>',
        '<svg><image xlink:href="a.png"/></svg>',
    ],
)
def test_what_would_be_fetched_is_found(html: str) -> None:
    """Check every way in which HTML asks for another file."""
    assert sealed.fetched(html)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://www.example.com/">来源</a>',
        '<img src="data:image/png;base64,AA==">',
        "<style>body{background:url(data:image/png;base64,AA==)}</style>",
        '<script>var address = "https://example.com";</script>',
        '<script type="application/json">{"src": "https://example.com"}</script>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>',
        "<p>url(a.png) 与 @import 只是文字</p>",
    ],
)
def test_what_waits_for_a_click_or_stands_in_the_page_is_free(html: str) -> None:
    """Check that links, embedded data, scripts and words are not taken for requests."""
    assert sealed.fetched(html) == []
