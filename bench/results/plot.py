"""A plot of ratios as SVG: a dot for each median, a line for its interval, a tick for the bar. The axis is logarithmic, so
that twice as good is as far from 1 as half as good."""

import html
import math

LEFT, RIGHT, TOP, ROW, WIDTH = 190, 60, 56, 26, 760
MARKS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50)
LEAST_SPACE = 36  # between two marks

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
    first = max((mark for mark in MARKS if mark <= min(ends)), default=MARKS[0])
    last = min((mark for mark in MARKS if mark >= max(ends) and mark > first), default=MARKS[-1])
    height = TOP + ROW * len(rows) + 44

    def x(ratio):
        share = math.log(max(ratio, first) / first) / math.log(last / first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{html.escape(title)}">',
             f'<style>{STYLE}</style>', f'<text class="title" x="10" y="24">{html.escape(title)}</text>']
    bottom = TOP + ROW * len(rows)
    for mark in marks_for(first, last, x):
        kind = 'one' if mark == 1 else 'grid'
        lines.append(f'<line class="{kind}" x1="{x(mark)}" x2="{x(mark)}" y1="{TOP - 8}" y2="{bottom}"/>')
        lines.append(f'<text x="{x(mark)}" y="{bottom + 18}" text-anchor="middle">{mark:g}</text>')
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


def marks_for(first, last, x):
    """1 always, and others where there is room for their numbers."""
    chosen = [1]
    for mark in sorted(MARKS, key=lambda mark: abs(math.log(mark))):
        if first <= mark <= last and all(abs(x(mark) - x(other)) >= LEAST_SPACE for other in chosen):
            chosen.append(mark)
    return sorted(chosen)
