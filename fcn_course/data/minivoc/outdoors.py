"""Backdrops in the open: sky, sea, railway, meadow and garden. Each painter returns picture, horizon and track."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from fcn_course.data.minivoc import plants, props
from fcn_course.data.minivoc.backdrop import fade, grained, ground, hills, laid, row, season, sky, slope, spread, stand, tinted
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.textures import noise
from fcn_course.data.minivoc.town import blocks


def _trees(picture, rng, day, leaves, base, tall, count, haze, kinds=plants.TREES):
    for x in spread(rng, count, picture.width):
        prop = partial(pick(rng, kinds), leaves=leaves)
        stand(picture, prop, rng, day, x, base + rng.uniform(-0.01, 0.03) * tall, tall * rng.uniform(0.75, 1.2), haze)


def sky_scene(size, rng, day):
    width, height = size
    horizon = height * rng.uniform(0.88, 1.0)
    picture = sky(size, rng, day, height, rng.uniform(3, 7))
    strip, land = height - int(horizon), pick(rng, ((74, 92, 62), (84, 94, 92), (96, 98, 58)))
    hills(picture, rng, day, horizon + 1, height * rng.uniform(0.05, 0.2), land, 3, 1.0)
    if strip > 3:
        picture.paste(ground((width, strip), rng, [tinted(mix(land, day.low, t), day) for t in (0.4, 0.1)], 40), (0, int(horizon)))
    if rng.random() < 0.6:
        _trees(picture, rng, day, plants.GREENS, height * 1.01, height * rng.uniform(0.1, 0.2), int(rng.integers(2, 6)), 0.15)
    return picture, horizon, None


def sea_scene(size, rng, day):
    width, height = size
    horizon = int(height * rng.uniform(0.3, 0.5))
    picture = sky(size, rng, day, horizon)
    if rng.random() < 0.6:
        hills(picture, rng, day, horizon, height * rng.uniform(0.05, 0.16), (96, 112, 110), 2, 0.4)
    water = vary(rng, pick(rng, ((36, 92, 122), (48, 108, 116), (62, 92, 104), (30, 76, 108))), 8)
    depth = height - horizon
    colours = [mix(tinted(water, day), day.low, t) for t in (0.62, 0.25, 0.1, 0.0)]
    swell = laid(lambda s: noise(rng, s, 110, 2, (0.25, 0.9)), (width, depth), 7, 0.25)
    swell = Image.composite(swell, Image.new("L", swell.size, 128), slope(swell.size, 70, 255))
    sea = grained(fade((width, depth), colours), swell, 0.75)
    sea.paste(lighter(day.low, 0.5), (0, 0), swell.point(lambda v: max(0, v - 178) * 2.2))  # glints on the crests
    sea = grained(sea, noise(rng, (width, depth), width / 3.5, 2, (0.3, 1.1)), 0.4)
    if day.contrast > 0.5:
        _glitter(sea, swell, day)
    picture.paste(sea, (0, horizon))
    if rng.random() < 0.4:
        stand(picture, props.lighthouse, rng, day, width * rng.uniform(0.1, 0.9), horizon + 2, height * rng.uniform(0.15, 0.3), 0.25, False)
    if rng.random() < 0.35:
        _quay(picture, rng, day, horizon, int(height * rng.uniform(0.04, 0.1)))
    for x in spread(rng, int(rng.integers(0, 3)), width):
        stand(picture, props.buoy, rng, day, x, horizon + depth * rng.uniform(0.15, 0.5), height * rng.uniform(0.05, 0.1), 0.1, False)
    if rng.random() < 0.35:
        _beach(picture, rng, day, height - int(depth * rng.uniform(0.12, 0.3)))
    return picture, horizon, None


def _glitter(sea, swell, day):
    """The sun's path on the water: crests light up on the light's side."""
    lane = Image.radial_gradient("L").point(lambda v: max(0, 255 - v * 1.6)).resize((sea.width, sea.height * 3), Image.BILINEAR)
    place = Image.new("L", sea.size)
    place.paste(lane, (int(sea.width * 0.55 * np.cos(np.radians(day.light))), -sea.height))
    crests = swell.point(lambda v: max(0, v - 132) * 5)
    sea.paste(lighter(day.low, 0.6), (0, 0), ImageChops.multiply(crests, place))


def _quay(picture, rng, day, horizon, tall):
    """A harbour wall of stone blocks along the horizon, with houses or trees on it."""
    stone = tinted(vary(rng, pick(rng, props.STONE)), day)
    if rng.random() < 0.6:
        for x in spread(rng, 4, picture.width):
            stand(picture, props.house, rng, day, x, horizon - tall + 2, picture.height * rng.uniform(0.12, 0.2), 0.2, False)
    wall = blocks((picture.width, tall * 2), stone, tall * 0.45, tall * 0.22, rng)
    picture.paste(wall, (0, horizon - tall))
    picture.paste((24, 40, 48), (0, horizon + tall), slope((picture.width, tall), 150, 0))


def _beach(picture, rng, day, top):
    width, depth = picture.width, picture.height - top
    sand = ground((width, depth), rng, [tinted(vary(rng, c, 5), day) for c in ((176, 152, 116), (214, 188, 142))], 50, rough=0.5)
    x = np.linspace(0, width, 24)
    edge = depth * (0.16 + 0.08 * np.sin(x / width * rng.uniform(4, 12) + rng.uniform(0, 6)) + rng.normal(0, 0.012, 24))
    for lift, colour in ((0.1, (226, 232, 230)), (0.0, None)):
        mask = Image.new("L", (width, depth))
        ImageDraw.Draw(mask).polygon(
            [(0, depth), *list(zip(x.tolist(), (edge - lift * depth).tolist(), strict=False)), (width, depth)], fill=255
        )
        picture.paste(colour or sand, (0, top, width, top + depth), mask.filter(ImageFilter.GaussianBlur(1)))


def _grass(size, rng, day, far, near):
    """Grass with blades that can be told apart in front."""
    width, depth = size
    lawn = ground(
        size,
        rng,
        [tinted(mix(vary(rng, c, 5), day.low, t), day) for c, t in ((far, 0.3), (mix(far, near, 0.6), 0.1), (near, 0.0))],
        36,
        rough=0.5,
        fine=(1.6, 0.5),
    )
    brush = ImageDraw.Draw(lawn)
    count = int(width * depth / 120)
    y = depth * np.sqrt(rng.uniform(0.03, 1, count))
    blades = np.stack([rng.uniform(0, width, count), y, rng.normal(0, 0.025, count) * y, y * rng.uniform(0.03, 0.08, count)], 1).tolist()
    tones = [tinted(mix(near, c, 0.35), day) for c in ((230, 220, 130), (28, 48, 20), (150, 180, 80))]
    for k, (x, foot, lean, tall) in enumerate(blades):
        brush.line((x, foot, x + lean, foot - tall), fill=tones[k % 3])
    return lawn


def _flowers(picture, rng, horizon, day):
    """Dots of flowers in drifts over the grass."""
    brush, colour = ImageDraw.Draw(picture), tinted(pick(rng, ((232, 206, 84), (236, 232, 226), (206, 84, 74), (150, 112, 180))), day)
    depth = picture.height - horizon
    for middle in rng.uniform(0, picture.width, 4):
        for x, t in zip(rng.normal(middle, picture.width * 0.12, 26), rng.uniform(0.05, 1, 26), strict=False):
            y, r = horizon + depth * t, 0.4 + 1.6 * t
            brush.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=colour)


def meadow_scene(size, rng, day):
    width, height = size
    horizon = int(height * rng.uniform(0.32, 0.56))
    leaves, far, near = season(rng)
    picture = sky(size, rng, day, horizon)
    hills(picture, rng, day, horizon + 2, height * rng.uniform(0.1, 0.28), mix(far, (70, 92, 76), 0.6), int(rng.integers(2, 4)))
    picture.paste(_grass((width, height - horizon), rng, day, far, near), (0, horizon))
    _trees(picture, rng, day, leaves, horizon + 3, height * rng.uniform(0.1, 0.16), int(rng.integers(1, 5)), 0.35)
    if rng.random() < 0.6:
        row(picture, partial(plants.thicket, leaves=leaves), rng, day, horizon + 4, height * rng.uniform(0.14, 0.24))
    if rng.random() < 0.4:
        stand(picture, props.house, rng, day, width * rng.uniform(0.1, 0.9), horizon + 4, height * 0.16, 0.25)
    if rng.random() < 0.5:
        row(picture, props.rail_fence, rng, day, horizon + (height - horizon) * rng.uniform(0.06, 0.16), height * rng.uniform(0.16, 0.24))
    if rng.random() < 0.45:
        _trees(picture, rng, day, leaves, horizon + (height - horizon) * 0.12, height * rng.uniform(0.4, 0.65), 1, 0.05)
    if rng.random() < 0.5:
        _flowers(picture, rng, horizon, day)
    for x in spread(rng, int(rng.integers(1, 4)), width):
        near_by = rng.uniform(0.1, 0.6)
        prop = pick(rng, (props.rock, props.hay_bale, partial(plants.bush, leaves=leaves), plants.tuft))
        stand(picture, prop, rng, day, x, horizon + (height - horizon) * near_by, height * (0.08 + 0.2 * near_by), 0.12 * (1 - near_by))
    return picture, horizon, None


def garden_scene(size, rng, day):
    width, height = size
    horizon = int(height * rng.uniform(0.36, 0.58))
    leaves, far, near = season(rng)
    picture = sky(size, rng, day, horizon)
    _trees(picture, rng, day, leaves, horizon, horizon * rng.uniform(0.8, 1.15), int(rng.integers(1, 4)), 0.12)
    if rng.random() < 0.4:
        stand(picture, props.house, rng, day, width * rng.uniform(0.1, 0.9), horizon, horizon * rng.uniform(0.9, 1.3), 0.08, False)
    behind = int(rng.integers(4))
    if behind == 0:
        tall = int(horizon * rng.uniform(0.3, 0.7))
        wall = blocks((width, tall), tinted(vary(rng, pick(rng, ((158, 92, 70), (170, 150, 124)))), day), height / 14, height / 34, rng)
        picture.paste(wall, (0, horizon - tall + 2))
        picture.paste(tinted((176, 168, 152), day), (0, horizon - tall - 2, width, horizon - tall + 3))
    else:
        prop, tall = ((plants.hedge, 0.9), (props.picket_fence, 0.6), (props.picket_fence, 0.9))[behind - 1]
        row(picture, prop, rng, day, horizon + 3, horizon * tall)
    picture.paste(_grass((width, height - horizon), rng, day, mix(far, near, 0.6), near), (0, horizon + 1))
    if rng.random() < 0.4:
        _path(picture, rng, day, horizon)
    bed, bushes = height * rng.uniform(0.14, 0.2), partial(plants.bush, leaves=leaves)
    for x in spread(rng, int(rng.integers(2, 5)), width):
        prop = pick(rng, (plants.flowers, plants.flowers, bushes, bushes, props.statue, props.bench, plants.tuft))
        stand(picture, prop, rng, day, x, horizon + (height - horizon) * rng.uniform(0.05, 0.22), bed * rng.uniform(1.0, 1.5))
    return picture, horizon, None


def _path(picture, rng, day, horizon):
    """A gravel path that winds away."""
    depth, x, bend = picture.height - horizon, picture.width * rng.uniform(0.2, 0.8), picture.width * rng.normal(0, 0.2)
    t = np.linspace(0.02, 1, 16)
    middle, half = x + bend * (1 - t) ** 2, picture.width * (0.01 + 0.13 * t)
    mask = Image.new("L", (picture.width, depth))
    outline = list(zip((middle - half).tolist(), (t * depth).tolist(), strict=False)) + list(
        zip((middle + half)[::-1].tolist(), (t * depth)[::-1].tolist(), strict=False)
    )
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    gravel = ground(mask.size, rng, [tinted(c, day) for c in ((176, 162, 138), (164, 148, 124))], 80, rough=0.6, coarse=2.4)
    picture.paste(gravel, (0, horizon), mask.filter(ImageFilter.GaussianBlur(1.2)))


def railway_scene(size, rng, day):
    width, height = size
    horizon = int(height * rng.uniform(0.36, 0.56))
    leaves, far, near = season(rng)
    depth = height - horizon
    picture = sky(size, rng, day, horizon)
    hills(picture, rng, day, horizon + 2, height * rng.uniform(0.08, 0.2), mix(far, (80, 92, 80), 0.6), 2)
    _trees(picture, rng, day, leaves, horizon + 3, height * rng.uniform(0.18, 0.34), int(rng.integers(1, 4)), 0.2)
    if rng.random() < 0.5:
        row(picture, partial(plants.thicket, leaves=leaves), rng, day, horizon + 4, height * rng.uniform(0.2, 0.4))
    if rng.random() < 0.4:
        stand(picture, props.house, rng, day, width * rng.uniform(0.1, 0.9), horizon + 3, height * rng.uniform(0.2, 0.34), 0.12)
    stones = [tinted(vary(rng, c, 6), day) for c in ((150, 142, 132), (124, 116, 108), (112, 102, 94))]
    picture.paste(ground((width, depth), rng, stones, 90, rough=0.65, patches=0.3, coarse=2.6), (0, horizon))
    verge = int(depth * rng.uniform(0.06, 0.14))
    picture.paste(_grass((width, verge), rng, day, far, near), (0, horizon))
    for share in (0.14,) if rng.random() < 0.4 else ():
        _rails(picture, rng, day, horizon + depth * share, depth * 0.045)
    track = horizon + depth * rng.uniform(0.3, 0.45)
    for x in spread(rng, int(rng.integers(1, 3)), width):
        stand(picture, props.mast, rng, day, x, horizon + verge, horizon * rng.uniform(0.6, 0.9), 0.05)
    _rails(picture, rng, day, track, depth * rng.uniform(0.09, 0.13))
    for x in spread(rng, int(rng.integers(0, 4)), width):
        stand(picture, plants.tuft, rng, day, x, height - depth * rng.uniform(0, 0.3), height * rng.uniform(0.06, 0.12))
    return picture, horizon, track


def _rails(picture, rng, day, track, gauge):
    """A track from the side: sleepers, then two shining rails; wheels stand at y = ``track`` on the nearer one."""
    width, far = picture.width, track - gauge
    brush, sleeper = ImageDraw.Draw(picture), tinted(pick(rng, ((86, 68, 54), (150, 146, 138), (74, 66, 60))), day)
    pitch, thick = gauge * 1.5, max(1.0, gauge * 0.12)
    for x in np.arange(-pitch * rng.random(), width + pitch, pitch):
        lean = (x - width / 2) * 0.06
        low, high = track + gauge * 0.35, far - gauge * 0.2
        top = [
            (x - lean - gauge * 0.22, high),
            (x - lean + gauge * 0.22, high),
            (x + lean + gauge * 0.28, low),
            (x + lean - gauge * 0.28, low),
        ]
        brush.polygon(top, fill=vary(rng, sleeper, 7))
        brush.rectangle((x + lean - gauge * 0.28, low, x + lean + gauge * 0.28, low + gauge * 0.1), fill=darker(sleeper, 0.45))
    for y, wide in ((far, thick * 0.8), (track, thick)):
        brush.rectangle((0, y + wide, width, y + wide * 2.6), fill=tinted((76, 58, 48), day))
        brush.rectangle((0, y, width, y + wide), fill=lighter(mix((160, 162, 166), day.low, 0.4), 0.25))
