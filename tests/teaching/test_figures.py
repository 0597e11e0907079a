import base64
import io

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

from fcn_course.teaching.figures import png, show, shown_width


def shown(monkeypatch, picture, alt, kind="image/png", **options):
    calls = []
    monkeypatch.setattr("IPython.display.display", lambda data, metadata, raw: calls.append((data, metadata, raw)))
    show(picture, alt, **options)
    ((data, metadata, raw),) = calls
    assert raw and data.keys() == {kind, "text/plain"}
    return data, metadata[kind]


def test_a_figure_is_shown_once_with_its_words(monkeypatch):
    figure = pyplot.figure(figsize=(4, 2))
    data, about = shown(monkeypatch, figure, "an empty figure")
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert (picture.format, picture.size) == ("PNG", (600, 300))
    assert about == {"alt": "an empty figure", "width": 400}
    assert data["text/plain"] == "Figure: an empty figure"
    assert not pyplot.fignum_exists(figure.number)


def test_a_photo_is_kept_as_a_jpeg_a_fraction_of_the_bytes(monkeypatch):
    noise = Image.effect_noise((300, 150), 60).convert("RGB")
    data, about = shown(monkeypatch, noise, "grey noise", "image/jpeg", photo=True)
    file = base64.b64decode(data["image/jpeg"])
    picture = Image.open(io.BytesIO(file))
    assert (picture.format, picture.size) == ("JPEG", (300, 150))
    assert about == {"alt": "grey noise", "width": 200}
    assert len(file) < len(png(noise)) / 2


def test_a_drawing_keeps_its_very_pixels_in_half_the_bytes(monkeypatch):
    figure = Figure(figsize=(4, 2))
    figure.text(0.1, 0.5, "some words")
    noise = np.random.default_rng(0).integers(0, 200, (60, 90, 3), dtype=np.uint8)
    colours = Image.fromarray(noise[..., 0]).convert(
        "RGB"
    )  # Pillow's own noise may hold 256 greys, and red is one more
    colours.paste((200, 0, 0), (0, 0, 45, 60))
    coloured = Image.fromarray(noise)  # more than 256
    for picture, smaller in ((figure, True), (colours, True), (coloured, False)):
        data, _ = shown(monkeypatch, picture, "words and noise")
        file = base64.b64decode(data["image/png"])
        plain = Image.open(io.BytesIO(png(picture)))
        assert Image.open(io.BytesIO(file)).convert("RGB").tobytes() == plain.convert("RGB").tobytes()
        assert not smaller or len(file) < 0.8 * len(png(picture))


@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_picture_without_words_is_refused(words):
    with pytest.raises(ValueError, match="alt is empty; say what the picture shows"):
        show(Image.new("RGB", (3, 3)), words)


def test_a_figure_without_pyplot_and_an_image_become_png_alike():
    for picture, size in ((Figure(figsize=(2, 1)), (300, 150)), (Image.new("RGB", (90, 60)), (90, 60))):
        assert Image.open(io.BytesIO(png(picture))).size == size
    assert shown_width(Image.new("RGB", (90, 60))) == 60
    assert shown_width(Figure(figsize=(2, 1))) == 200
