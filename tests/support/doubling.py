"""The smallest explorer with every kind of control."""

from matplotlib.figure import Figure

from fcn_course.teaching.explorers.panel import Explorer, View, choice, fraction, slider, switch


class Doubling(Explorer):
    def __init__(self):
        self.drawn = 0
        super().__init__(
            size=slider("size", 3, 1, 9),
            share=fraction("share", 0.5, 0, 1, 0.1),
            mode=choice("mode", ["plain", "<loud>"]),
            grid=switch("grid"),
        )

    def draw(self, size, share, mode, grid):
        self.drawn += 1
        figure = Figure(figsize=(2, 1))
        figure.text(0.5, 0.5, 2 * size)
        return View(figure, f"twice {size} is <b>{2 * size}</b>", f'the number {2 * size}, "{mode}"')
