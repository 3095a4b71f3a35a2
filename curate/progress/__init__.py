"""Progress of long work, for commands and notebooks: how far, how fast, what it costs, how long still.

line.py       one line that is redrawn (terminal), a bar in a cell (notebook), or a plain line now and then
notebook.py   the bar in a cell
tellers.py    what each stage shows: from its snapshot to figures on the line
"""

from curate.progress.line import ProgressLine

__all__ = ["ProgressLine"]
