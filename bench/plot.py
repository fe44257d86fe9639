"""Curves as a small SVG, for the docs: a logarithmic x axis, a y axis from zero."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 400, 70, 50, 40, 190
COLOURS = ("#1b6ca8", "#c8553d", "#2a7f62", "#7b4b94", "#8a6d1d")


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: (x, y) in order of x."""

    name: str
    points: Sequence[tuple[float, float]]


def write_plot(path: Path, series: Sequence[Series], *, title: str, x: str, y: str) -> None:
    """Writes the file; what was there is replaced."""
    xs = [point[0] for one in series for point in one.points]
    top = _round_up(max(point[1] for one in series for point in one.points))
    low, high = math.log10(min(xs)), math.log10(max(xs))

    def at(point: tuple[float, float]) -> tuple[float, float]:
        across = (math.log10(point[0]) - low) / ((high - low) or 1)
        return (
            LEFT + across * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - point[1] / top * (HEIGHT - BOTTOM - TOP),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 22, title, size=15),
        _text(LEFT, HEIGHT - 10, x),
        _text(10, TOP - 10, y),
    ]
    for step in range(5):
        value = top * step / 4
        height = at((min(xs), value))[1]
        parts.append(f'<path d="M{LEFT} {height:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(_text(10, height + 4, f"{value:,.0f}"))
    parts += [_text(at((value, 0))[0] - 20, HEIGHT - BOTTOM + 18, f"{value:,.0f}") for value in sorted(set(xs))]
    for number, one in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        path_data = " ".join(
            f"{'ML'[bool(i)]}{across:.0f} {height:.0f}" for i, (across, height) in enumerate(map(at, one.points))
        )
        parts.append(f'<path d="{path_data}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.0f}" cy="{h:.0f}" r="3" fill="{colour}"/>' for a, h in map(at, one.points)]
        parts.append(_text(WIDTH - RIGHT + 15, TOP + 20 * number, one.name, colour=colour))
    path.write_text("\n".join([*parts, "</svg>"]) + "\n")


def _text(x: float, y: float, words: str, *, size: int = 12, colour: str = "#333") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{colour}">{escape(words)}</text>'


def _round_up(value: float) -> float:
    digit = 10 ** math.floor(math.log10(value))
    return math.ceil(value / digit) * digit
