"""A plot of ratios as SVG: a dot for each median, a line for its interval, a tick for the bar."""

import html
import math

LEFT, RIGHT, TOP, ROW, WIDTH = 190, 60, 56, 26, 760

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.grid { stroke: #d0d7de; } .one { stroke: #57606a; }
.interval { stroke: #0969da; stroke-width: 3; stroke-linecap: round; } .dot { fill: #0969da; }
.bar { stroke: #cf222e; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .grid { stroke: #30363d; } .one { stroke: #8b949e; }
  .interval { stroke: #58a6ff; } .dot { fill: #58a6ff; } .bar { stroke: #ff7b72; }
}
"""


def plot_of(title, rows):
    """`rows` are (label, interval, bar), from top to bottom; a bar of 0 is none."""
    ends = [1.0, *(end for _, interval, bar in rows for end in (interval.low, interval.high, bar or 1.0))]
    step = step_for(max(ends) - min(ends))
    first, last = math.floor(min(ends) / step) * step, math.ceil(max(ends) / step + 1e-9) * step
    height = TOP + ROW * len(rows) + 44

    def x(ratio):
        return f'{LEFT + (ratio - first) / (last - first) * (WIDTH - LEFT - RIGHT):.1f}'

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{html.escape(title)}">',
             f'<style>{STYLE}</style>', f'<text class="title" x="10" y="24">{html.escape(title)}</text>']
    bottom = TOP + ROW * len(rows)
    for number in range(round((last - first) / step) + 1):
        ratio = first + number * step
        kind = 'one' if abs(ratio - 1) < step / 100 else 'grid'
        lines.append(f'<line class="{kind}" x1="{x(ratio)}" x2="{x(ratio)}" y1="{TOP - 8}" y2="{bottom}"/>')
        lines.append(f'<text x="{x(ratio)}" y="{bottom + 18}" text-anchor="middle">{ratio:.4g}</text>')
    for number, (label, interval, bar) in enumerate(rows):
        y = TOP + ROW * number + ROW // 2
        lines.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{html.escape(label)}</text>')
        if bar:
            lines.append(f'<line class="bar" x1="{x(bar)}" x2="{x(bar)}" y1="{y - 9}" y2="{y + 9}"/>')
        lines.append(f'<line class="interval" x1="{x(interval.low)}" x2="{x(interval.high)}" y1="{y}" y2="{y}"/>')
        lines.append(f'<circle class="dot" cx="{x(interval.median)}" cy="{y}" r="5"/>')
        lines.append(f'<text x="{WIDTH - RIGHT + 12}" y="{y + 4}">{interval.median:.2f}</text>')
    lines.append(f'<text x="{LEFT}" y="{bottom + 38}">dot: median; line: its 95 % interval; red tick: the bar</text>')
    return '\n'.join([*lines, '</svg>']) + '\n'


def step_for(span):
    """Of 1, 2 or 5 times a power of ten: some five to ten steps over the span."""
    power = 10 ** math.floor(math.log10(max(span, 0.1)))
    return next(step for step in (power / 10, power / 5, power / 2, power) if span / step <= 10)
