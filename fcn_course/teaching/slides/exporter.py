"""nbconvert's exporter of slides with the course's page in place of its own, and formulas as MathML."""

from __future__ import annotations

from html import escape
from pathlib import Path

import jinja2
from latex2mathml.converter import convert
from nbconvert.exporters import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


class Renderer(IPythonRenderer):
    """Markdown to HTML, formulas to MathML."""

    def block_html(self, html):
        # nbconvert's own closes what is left open; a folded answer is opened in one piece and closed in another
        return super().block_html(html) if "<img" in html else html

    def inline_html(self, html):
        return super().inline_html(html) if "<img" in html else html

    def inline_math(self, body):
        return _mathml(body, "inline")

    def block_math(self, body):
        return _mathml(body, "block")

    def latex_environment(self, name, body):
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def _mathml(latex, display):
    # \! and its kin only move letters by a hair, and not every version of latex2mathml knows them
    return convert(latex.replace(r"\!", "").strip(), display=display)


class CourseSlides(SlidesExporter):
    """Slides in one file: everything that the page needs comes in ``resources["course"]``."""

    template_name = "course"
    embed_images = True
    exclude_anchor_links = True
    exclude_input_prompt = True
    exclude_output_prompt = True

    def __init__(self, **options):
        super().__init__(extra_template_basedirs=[str(Path(__file__).resolve().parent)], **options)
        self.register_filter("alt", _alt)
        self.register_filter("has_picture", _has_picture)

    @jinja2.pass_context
    def markdown2html(self, context, source):
        """Markdown to HTML, with pictures beside the notebook written into it."""
        attachments = context.get("cell", {}).get("attachments", {})
        path = context.get("resources", {}).get("metadata", {}).get("path", "")
        renderer = Renderer(
            escape=False, attachments=attachments, embed_images=True, path=path, exclude_anchor_links=True
        )
        return MarkdownWithMath(renderer=renderer).render(source)


def _alt(output, kind):
    """What the picture shows in words: the saved alt, or else the text that stands in for the picture."""
    words = output.get("metadata", {}).get(kind, {}).get("alt") or output.data.get("text/plain", "")
    return escape(words, quote=True)


def _has_picture(outputs):
    return any(kind.startswith("image/") for output in outputs for kind in output.get("data", ()))
