"""The report of one or several evaluations: pictures, a self-contained page, a Markdown table, JSON.

rows       what is drawn and written, read from finished evaluations
figures    a picture per question: accuracy, budgets, kinds of problems, flips
markdown   a table for a paper
page       one HTML file that needs nothing else
build      all of it into one folder
"""

from evaluate.report.build import ReportFiles, write_report

__all__ = ["ReportFiles", "write_report"]
