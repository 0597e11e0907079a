"""What students might send in: for each step of an exercise a slip, and one answer that is right in part.

An answer is what stands in place of the comment "your code here"; where a cell has several such places, it is a list.
"""

SLIPS: dict[str, dict[str, str | list[str]]] = {
    "1_initialisation": {
        "step-1-answer": """\
bound = math.sqrt(6 / (in_channels + out_channels))
return (2 * torch.rand(in_channels, out_channels, kernel_size, kernel_size) - 1) * bound""",
        "step-2-answer": "return math.sqrt(2 * in_channels / (in_channels + out_channels))",
        "step-3-answer": "nn.init.xavier_uniform_(layer.weight)",
        "step-4-answer": 'learns = ["1x1", "1x1", "1x1", "1x1", "1x1", "1x1"]',
        "step-5-answer": """\
F.cross_entropy(enlarge(score(features)), mask, ignore_index=VOID).backward()
return score.weight.grad.mean().item(), enlarge.weight.grad.mean().item()""",
        "step-6-answer": 'return "first" if sum(first) > sum(second) else "second"',
        "step-7-answer": "return 1 / len(weight)",
        "step-8-answer": "learning = [512 * 21, 512 * 21 + 21 * 64 * 64]",
    },
    "2_hyper_parameters": {
        "step-1-answer": "return list(range(count // 2)), list(range(count // 2, count))",
        "step-2-answer": "trials = 7000 // 96",
        "step-3-answer": "return rate * new_batch / batch",
        "step-4-answer": "return rate * steps",
        "step-5-answer": "return 0.5 * (1 + math.cos(math.pi * step / steps))",
        "step-6-answer": "return low + u * (high - low)",
        "step-7-answer": """\
mean = sum(scores) / len(scores)
spread = math.sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
return mean, spread, spread""",
    },
    "3_whole_pictures": {
        "step-1-answer": "return list(range(0, length, tile - overlap))",
        "step-2-answer": """\
count = torch.zeros(height, width)
for top in starts(height, tile[1], overlap):
    for left in starts(width, tile[0], overlap):
        count[top : top + tile[1], left : left + tile[0]] = 1
return count""",
        "step-3-answer": """\
height, width = picture.shape[1:]
total = torch.zeros(21, height, width)
for top in range(0, height, tile[0] - overlap):
    for left in range(0, width, tile[1] - overlap):
        rows, columns = slice(top, top + tile[0]), slice(left, left + tile[1])
        total[:, rows, columns] += scores_of(picture[:, rows, columns])
return total""",
        "step-3b-answer": "changed = [1, 2, 3]",
        "step-4-answer": """\
height, width = picture.shape[1:]
return scores_of(F.pad(picture, (0, 32 - height % 32, 0, 32 - width % 32)))[:, :height, :width]""",
        "step-5-answer": "nine_scores = [[9, 0, 0], [0, 9, 0], [0, 0, 9]]",
        "step-6-answer": "return length % tile",
        "step-6b-answer": "price = [12, 1.64]",
        "step-7-answer": "borne_out = [3]",
    },
    "4_skip_layers": {
        "step-1-answer": """\
guess_maps = [(512, 10, 15), (256, 20, 31), (128, 41, 62)]
guess_surplus = [(0, 0), (0, 0)]""",
        "step-2-answer": "return nn.Conv2d(channels, num_classes, kernel_size=1)",
        "step-3-answer": "guess_zero = [True, True, True, True]",
        "step-4-answer": 'return F.interpolate(coarse, size=fine.shape[-2:], mode="bilinear") + fine',
        "step-5-answer": [
            "self.score = score_layer(channels[32], num_classes)",
            "return self.score(features[32])",
            "self.score = score_layer(channels[16], num_classes)",
            "return self.score(features[16])",
        ],
        "step-6-answer": "return coarser",
        "step-7-answer": "reading = [False, False, True]",
        "step-8-answer": 'guess_where = "thick"',
    },
    "5_your_own_data": {
        "step-0-answer": """\
lines = list(legend)
indices = np.zeros(mask_rgb.shape[:2], np.uint8)
for name in lines:
    indices[(mask_rgb == legend[name]).all(-1)] = lines.index(name)
return indices""",
        "step-0-white-answer": "guess_white = [1, 0.75, 0.375]",
        "step-1-corner": "guess_corner = [212, 88]",
        "step-1-count-answer": 'return {shape["label"]: 1 for note in annotations for shape in note["shapes"]}',
        "step-2-answer": """\
sheet = Image.new("L", (annotation["imageWidth"], annotation["imageHeight"]))
for shape in annotation["shapes"]:
    corners = [tuple(point) for point in shape["points"]]
    ImageDraw.Draw(sheet).polygon(corners, fill=classes.index(shape["label"]))
return np.array(sheet)""",
        "step-3-answer": "return names, names[: round(share * len(names))]",
        "step-4-answer": """\
picture.save(folder / "JPEGImages" / f"{name}.jpg")
Image.fromarray(mask).convert("RGB").save(folder / "SegmentationClass" / f"{name}.png")""",
        "step-4-lists-answer": '(folder / "train.txt").write_text(" ".join(train + val))',
        "step-5-answer": "net = fcn8s()",
        "step-6-answer": """\
true, said = divmod(counts.argmax().item(), len(classes))
return classes[true], classes[said]""",
    },
    "6_clinic": {
        "step-1-answer": 'diagnosis_a = "collapse"',
        "step-2-answer": """\
def predict_masks(net, images):
    net.eval()
    with torch.no_grad():
        return net(normalise(images)).argmax(1)""",
        "step-3-answer": 'diagnosis_b = "crop"',
        "step-4-answer": """\
def enlarge(scores, size, stride=32):
    kernel = bilinear_kernel(scores.shape[1], scores.shape[1], 2 * stride)
    return F.conv_transpose2d(scores, kernel, stride=stride, padding=stride)[..., : size[0], : size[1]]""",
        "step-5-answer": 'diagnosis_c = "void"',
        "step-6-answer": """\
def read_labels(path):
    return torch.from_numpy(np.array(Image.open(path).convert("L"))).long()""",
        "step-7-answer": 'diagnosis_d = "mirror"',
        "step-8-answer": """\
def crop(image, mask, size, rng):
    return image[..., : size[0], : size[1]], mask[: size[0], : size[1]]""",
        "step-9-answer": 'diagnosis_e = "eval"',
        "step-10-answer": """\
def recipe():
    return Recipe(loss="sum", lr=1.0, momentum=0.99, batch_size=4, epochs=4)""",
        "step-11-answer": 'diagnosis_f = "resized"',
        "step-12-answer": """\
def pixel_loss(scores, masks):
    return F.cross_entropy(scores, masks, ignore_index=0)""",
    },
}

# the check; the cell of its answer; an answer that fits the numbers of the check that students see; the share it gets
PARTLY: dict[str, tuple[str, str, str | list[str], float]] = {
    "1_initialisation": (
        "step-7-check",
        "step-7-answer",
        "return (weight[range(3), range(3), :4, :4].pow(2).sum() / weight.pow(2).sum()).item()",
        1 / 2,
    ),
    "2_hyper_parameters": (
        "step-5-check",
        "step-5-answer",
        """\
warm = max(1, round(steps / 10))
return (step + 1) / warm if step < warm else 0.5 + 0.5 * math.cos(math.pi * (step - warm) / (steps - warm))""",
        1 / 2,
    ),
    "3_whole_pictures": (
        "step-4-check",
        "step-4-answer",
        """\
height, width = picture.shape[1:]
rows, columns = 64 if height > 32 else 32, 96 if width > 64 else 64
return scores_of(F.pad(picture, (0, columns - width, 0, rows - height)))[:, :height, :width]""",
        1 / 2,
    ),
    "4_skip_layers": (
        "step-5-check",
        "step-5-answer",
        [
            """\
self.score32 = score_layer(channels[32], num_classes)
self.score16 = score_layer(channels[16], num_classes)""",
            "return fuse(self.score32(features[32]), self.score16(features[16]))",
            "self.score8 = score_layer(channels[8], num_classes)",
            "return self.score8(features[8])",
        ],
        1 / 2,
    ),
    "5_your_own_data": (
        "step-6-check",
        "step-6-answer",
        """\
wrong = counts.triu(1)
wrong[0] = 0
true, said = divmod(wrong.argmax().item(), len(classes))
return classes[true], classes[said]""",
        1 / 2,
    ),
    "6_clinic": (
        "step-8-check",
        "step-8-answer",
        """\
def crop(image, mask, size, rng):
    most = mask.shape[0] - size[0] + 1
    top, left = int(rng.integers(most)), int(rng.integers(most))
    return image[..., top : top + size[0], left : left + size[1]], mask[top : top + size[0], left : left + size[1]]""",
        1 / 2,
    ),
}
