"""An evaluation that can be trusted: whole pictures, the paper's scores, and the floor beside each."""

from fcn_course.report.counts import Report
from fcn_course.report.files import report_text, write_report
from fcn_course.report.paper import like_paper
from fcn_course.report.scoring import evaluate_fully

__all__ = ["Report", "evaluate_fully", "like_paper", "report_text", "write_report"]
