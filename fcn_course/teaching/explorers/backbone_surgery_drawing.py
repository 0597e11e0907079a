"""What lecture 01's panel shows, drawn from numbers alone. Lengths are pixels as shown, if not said otherwise."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from fcn_course.prediction.fonts import font
from fcn_course.teaching.explorers.backbone_surgery_anatomy import Part, Sight, shared
from fcn_course.teaching.figures import SCALE

WIDTH, HEIGHT, EDGE = 900, 674, 6
PANES, SECOND = (24, 384), 552  # top and bottom of the two upper pictures, and where the second begins
INK, FAINT, FRONT, SIDE = "#141414", "#5f5f5f", "#8ea3bd", "#c3cfdd"
CLOSEST = 5  # between two lines; those of a finer grid would run into each other
COLUMN, PER_PLANE, BASE = 124, 0.025, 576  # of the blocks: a column's width, a plane's, and where they stand


def draw_panel(picture: Image.Image, parts: list[Part], kept: int, sight: Sight) -> Image.Image:
    """The picture with the cells of ``parts[kept]``, what the marked one sees, and all parts in a row, to scale."""
    sheet = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), "white")
    draw_picture_pane(sheet, picture, parts, kept, sight)
    draw_sight_pane(sheet, picture, sight)
    lit = "what the marked cell sees" if parts[kept].field else "what each answer sees"
    _write(sheet, EDGE, 388, f"bright: {lit} · hatched: padding", 12, FAINT)
    draw_blocks(sheet, picture, parts, kept)
    # 255 colours make the file a third as large and are written in half the time
    return sheet.quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def draw_picture_pane(sheet: Image.Image, picture: Image.Image, parts: list[Part], kept: int, sight: Sight) -> None:
    """The picture in its padding, bright where the marked cell sees it, under the grid of cells."""
    part, first = parts[kept], min(part.field.start for part in parts if part.field)
    margin = max(48, round(6 - first))  # pixels of the picture; the paper's cells begin far out in its padding
    pane = _hatched(round(530 * SCALE), round((PANES[1] - PANES[0]) * SCALE))
    zoom = min(pane.width / (picture.width + 2 * margin), pane.height / (picture.height + 2 * margin))
    origin = (pane.width - picture.width * zoom) / 2, (pane.height - picture.height * zoom) / 2

    def place(box):
        return [round(start + edge * zoom) for start, edge in zip(origin * 2, box, strict=True)]

    left, top, right, bottom = place((0, 0, *picture.size))
    pane.paste(picture.resize((right - left, bottom - top), Image.Resampling.BILINEAR), (left, top))
    seen = shared(place(sight.seen), (0, 0, *pane.size))
    bright = pane.crop(seen)
    pane = pane.point([value // 2 for value in range(256)] * 3)
    pane.paste(bright, seen[:2])
    pane, step = _ruled(pane, part, origin, zoom)
    brush = ImageDraw.Draw(pane)
    brush.rectangle((left, top, right, bottom), outline=INK)
    _frame(brush, place(sight.seen))
    if part.field:
        _mark(brush, place(sight.cell))
    sheet.paste(pane, (round(EDGE * SCALE), round(PANES[0] * SCALE)))
    cells = f"{part.height} × {part.width} cells" if part.field else "no cells"
    every = f" (one line in {step} is drawn)" if step > 1 else ""
    _write(sheet, EDGE, 2, f"picture {picture.height} × {picture.width}: {cells}{every}", 14)


def draw_sight_pane(sheet: Image.Image, picture: Image.Image, sight: Sight) -> None:
    """All that the marked cell sees, enlarged or reduced to one size, and in it the square that the cell stands for."""
    left, top, right, bottom = sight.seen
    zoom = 342 / max(right - left, bottom - top) * SCALE
    pane = _hatched(round((right - left) * zoom), round((bottom - top) * zoom))
    part = shared(sight.seen, (0, 0, *picture.size))
    place = [round((edge - start) * zoom) for edge, start in zip(part, (left, top) * 2, strict=True)]
    if place[0] < place[2] and place[1] < place[3]:
        kind = Image.Resampling.NEAREST if zoom > SCALE else Image.Resampling.BILINEAR  # enlarged: show the pixels
        size = place[2] - place[0], place[3] - place[1]
        pane.paste(picture.crop(tuple(map(round, part))).resize(size, kind), place[:2])
    brush = ImageDraw.Draw(pane)
    if sight.cell != sight.seen:
        _mark(brush, [round((edge - start) * zoom) for edge, start in zip(sight.cell, (left, top) * 2, strict=True)])
    brush.rectangle((0, 0, pane.width - 1, pane.height - 1), outline=INK, width=2)
    sheet.paste(pane, (round(SECOND * SCALE), round(PANES[0] * SCALE)))
    who = "one answer" if sight.cell == sight.seen else "one cell"
    _write(sheet, SECOND, 2, f"{who} sees {bottom - top:.0f} × {right - left:.0f} pixels", 14)


def draw_blocks(sheet: Image.Image, picture: Image.Image, parts: list[Part], kept: int) -> None:
    """All maps to scale, in perspective, with their weights and cost; filled up to the cut, hollow behind it."""
    brush, total = ImageDraw.Draw(sheet), {what: sum(getattr(p, what) for p in parts) for what in ("weights", "cost")}
    tallest, widest = (max(getattr(part, side) for part in parts) for side in ("height", "width"))
    zoom = min(122 / (tallest + 0.3 * widest), 90 / (0.45 * widest))
    for number, part in enumerate(parts):
        keep, left = number <= kept, EDGE + COLUMN * number + (0 if number <= kept else 10)
        ink, fill = (INK, FRONT) if keep else (FAINT, "white")
        _block(sheet, left, part, zoom, keep, picture if number == 0 else None)
        shape = f"{part.planes} × {part.height} × {part.width}" if part.field or not number else f"{part.planes} names"
        _write(sheet, left, BASE + 4, part.name, 14, ink)
        _write(sheet, left, BASE + 22, shape, 12, ink)
        for line, (what, unit) in enumerate((("weights", "weights"), ("cost", "mult-adds")) if number else ()):
            count, y = getattr(part, what), BASE + 44 + 26 * line
            _write(sheet, left, y, f"{short(count)} {unit}", 12, ink)
            bar = left, y + 16, left + max(1.0, 106 * count / total[what]), y + 20
            brush.rectangle([round(edge * SCALE) for edge in bar], fill=fill, outline=ink)
    weights = [sum(part.weights for part in group) for group in (parts[: kept + 1], parts[kept + 1 :])]
    share = f"kept: {short(weights[0])} of {short(total['weights'])} weights" if kept < 6 else "kept: everything"
    _write(sheet, EDGE, 414, share, 14)
    if kept < 6:
        x = EDGE + COLUMN * (kept + 1)
        for y in range(414, HEIGHT - 6, 12):
            brush.line([round(edge * SCALE) for edge in (x, y, x, y + 7)], fill=INK, width=3)
        _write(sheet, x + 10, 414, f"left behind: {short(weights[1])}", 14, FAINT)


def short(count: float) -> str:
    """A count in millions (M) or thousand millions (G), as a label."""
    scaled, unit = (count / 1e9, "G") if count >= 1e9 else (count / 1e6, "M")
    return f"{scaled:.{2 if scaled < 10 else 1 if scaled < 100 else 0}f} {unit}"


def _block(sheet, left, part, zoom, keep, picture):
    """A box as in the paper's figures: planes from left to right, rows upwards, columns into the distance."""
    high, far, thick = (
        max(1, length * SCALE) for length in (part.height * zoom, part.width * zoom, part.planes * PER_PLANE)
    )
    x, y, across, up = left * SCALE, BASE * SCALE, 0.45 * far, 0.3 * far
    near = [(x, y), (x + thick, y), (x + thick, y - high), (x, y - high)]
    away = [(a + across, b - up) for a, b in near]
    side, top = (near[1], away[1], away[2], near[2]), (near[3], near[2], away[2], away[3])
    for corners, fill in ((side, SIDE), (top, "white"), (near, FRONT)):
        ImageDraw.Draw(sheet).polygon(corners, fill=fill if keep else "white", outline=INK if keep else FAINT)
    if picture is not None:
        _shear(sheet, picture, near[2], across, up, high)


def _shear(sheet, picture, corner, across, up, high):
    """Lay the picture on the face of a block that looks to the right; ``corner`` is the face's near upper one."""
    size, scale = (round(across), round(up + high)), (picture.width / across, picture.height / high)
    back = (scale[0], 0, 0, scale[1] * up / across, scale[1], -scale[1] * up)  # from the sheet into the picture
    face, mask = picture.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR), Image.new("1", size)
    ImageDraw.Draw(mask).polygon([(0, up), (across, 0), (across, high), (0, up + high)], fill=1)
    sheet.paste(face, (round(corner[0]), round(corner[1] - up)), mask)


def _ruled(pane, part, origin, zoom):
    """The pane with the borders between cells, dark beside light, and of how many borders one is drawn."""
    if part.field is None:
        return pane, 1
    jump, step = part.field.jump * zoom, 1
    while step * jump < CLOSEST * SCALE:
        step *= 2
    left, top = (start + (part.field.start + 0.5) * zoom - jump / 2 for start in origin)
    pixels = np.array(pane)
    area = pixels[_span(top, part.height * jump), _span(left, part.width * jump)]
    for lines, first, cells in ((area, top, part.height), (area.swapaxes(0, 1), left, part.width)):
        places = [round(first + cell * jump) - max(0, round(first)) for cell in range(0, cells + 1, step)]
        places = np.array([place for place in places if 0 <= place < len(lines) - 1])
        lines[places] //= 2
        lines[places + 1] = lines[places + 1] // 2 + 127
    return Image.fromarray(pixels), step


def _span(first, length):
    return slice(max(0, round(first)), round(first + length) + 2)


def _frame(brush, box):
    """A line that is seen on every ground: white in black."""
    left, top, right, bottom = box
    brush.rectangle((left - 3, top - 3, right + 3, bottom + 3), outline=INK, width=9)
    brush.rectangle((left, top, right, bottom), outline="white", width=3)


def _mark(brush, box):
    """The square of a cell, with four ticks that find it however small it is."""
    left, top, right, bottom = box[0], box[1], max(box[2], box[0] + 2), max(box[3], box[1] + 2)
    x, y = (left + right) // 2, (top + bottom) // 2
    ticks = [(left - 14, y, left, y), (right, y, right + 14, y), (x, top - 14, x, top), (x, bottom, x, bottom + 14)]
    for ink, width in ((INK, 6), ("white", 2)):
        for tick in ticks:
            brush.line(tick, fill=ink, width=width)
        grow = (width - 2) // 2
        brush.rectangle((left - grow, top - grow, right + grow, bottom + grow), outline=ink, width=width)


@cache
def _hatch():
    rows, columns = np.ogrid[: round(HEIGHT * SCALE), : round(WIDTH * SCALE)]
    return np.where((rows + columns) % 12 < 2, 170, 225).astype(np.uint8)


def _hatched(width, height):
    return Image.fromarray(_hatch()[:height, :width]).convert("RGB")


def _write(sheet, x, y, text, size, ink=INK):
    ImageDraw.Draw(sheet).text((x * SCALE, y * SCALE), text, fill=ink, font=font(size * SCALE))
