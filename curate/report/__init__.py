"""Pictures and pages for people."""

from curate.report.page import write_report

__all__ = ["write_report"]
