"""An evaluation that can be trusted: whole pictures, the paper's scores, and the floor beside each."""

from fcn_course.evaluation.report.counts import Report
from fcn_course.evaluation.report.files import report_text, write_report
from fcn_course.evaluation.report.paper import like_paper
from fcn_course.evaluation.report.scoring import make_report

__all__ = ["Report", "like_paper", "make_report", "report_text", "write_report"]
