"""The rows of the first table, in groups; each function runs both sides in turns and adds its rows to the report."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

import torch

from tests.benchmarks.alone import added_peak, in_child
from tests.benchmarks.book import BOOK_BATCH
from tests.benchmarks.measure import alternate, flops_of, matrix_rate, seconds_of
from tests.benchmarks.report import Report, Row
from tests.benchmarks.sides import D2L, SIDES, Course, Setting, a_picture, all_workers

CPU_MATRICES, GPU_MATRICES = (512, 1024, 2048), (2048, 4096, 8192)


def opening(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """Time to open the train split."""
    ways = {"d2l": lambda: seconds_of(d2l.open, d2l.device), "course": lambda: seconds_of(course.open, course.device)}
    _add(report, "open", {"course": "opening the train split, s"}, alternate(ways, options.rounds))
    report.notes.append(
        "Opening: d2l decodes and normalises every picture, the course reads the list and looks for the files. "
        "All files were read once before, so that no disk is timed."
    )


def memory(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """Memory that opening takes, each in a fresh process."""
    setting, added = asdict(d2l.setting), {}
    for name, side, cached in (("d2l", "d2l", False), ("course", "course", False), ("cached", "course", True)):
        added[name] = [in_child(added_by_opening, side, setting, cached)]
    names = {
        "course": "peak memory added by opening, MB",
        "cached": "peak memory added by opening, the course with its cache in memory, MB",
    }
    _add(report, "memory", names, added)
    report.notes.append("Memory: each number from a fresh process; less than 0.1 MB is given as 0.1.")


def added_by_opening(side: str, setting: dict, cached: bool) -> float:
    """What :func:`memory` does in a process of its own."""
    opener = SIDES[side](Setting(**setting))
    return added_peak(opener.cached if cached else opener.open)


def loaders(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """A picture from the loader: with one worker, with all, and with as many as each side takes by itself."""
    theirs = d2l.d2l.get_dataloader_workers()
    counts = {f"{n} worker{'s' if n > 1 else ''}": (n, n) for n in sorted({1, all_workers()})}
    counts[f"d2l's {theirs} workers against none"] = theirs, 0
    for many, (workers, ours) in counts.items():
        passes = {
            "d2l": (d2l, d2l.loader_pass(workers)),
            "course": (course, course.loader_pass(ours)),
            "cached": (course, course.loader_pass(ours, cached=True)),
        }
        for _, run in passes.values():
            run()
        ways = {name: _per_picture(side, run) for name, (side, run) in passes.items()}
        names = {
            "course": f"a picture from the loader, {many}, the course from its files, ms",
            "cached": f"a picture from the loader, {many}, the course from its cache, ms",
        }
        _add(report, "loader", names, alternate(ways, options.rounds))
    report.notes.append(
        "Loader: whole passes, the first not timed. d2l starts its workers anew for each pass, the course's live on; "
        "both are timed as they are. d2l moves float32 pictures and int64 masks, the course uint8."
    )


def steps(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """A training step with the batch on the device, and how near it comes to the best matrix product."""
    ready = {"d2l": d2l.step(), "course": course.step(), "float32": course.step("float32")}
    names = {
        "course": f"a training step, the course in {course.precision()} (its choice here), ms",
        "float32": "a training step, the course in float32, ms",
    }
    flops = {name: flops_of(ready[name]) for name in ("d2l", "course")}
    if course.device.type == "cuda":
        ready["compiled"] = course.step(compile=True)
        names["compiled"] = f"a training step, the course in {course.precision()} and compiled, ms"
    many, warm = (20, 5) if course.device.type == "cuda" else (3, 1)
    for work in ready.values():
        seconds_of(work, course.device, warm)
    ways = {name: lambda work=work: 1000 * seconds_of(work, course.device, many) for name, work in ready.items()}
    times = alternate(ways, options.rounds)
    _add(report, "step", names, times)
    report.notes.append(
        f"Step: the same {d2l.setting.batch_size} pictures, normalised and on the device; a round is the mean of "
        f"{many} steps. d2l's enlargement is a dense transposed convolution that learns, the course's is bilinear and "
        "frozen. d2l normalises when it opens the set, the course in every step of an epoch; neither is timed here."
    )
    report.rooflines += _rooflines(d2l, course, flops, times)


def _rooflines(d2l, course, flops, times):
    sizes = CPU_MATRICES if course.device.type == "cpu" else GPU_MATRICES
    best = {name: matrix_rate(course.device, getattr(torch, name), sizes) for name in ("float32", "bfloat16")}
    products = ", ".join(f"{rate / 1e9:.0f} GFLOP/s in {name}" for name, rate in best.items())
    lines = [f"Best matrix product here: {products}."]
    for name, whose, precision in (("d2l", "d2l's", "float32"), ("course", "The course's", course.precision())):
        rate = flops[name] / (min(times[name]) / 1000)
        lines.append(
            f"{whose} step: {flops[name] / 1e9:.3g} GFLOP, {rate / 1e9:.3g} GFLOP/s, "
            f"{100 * rate / best[precision]:.0f} % of the best matrix product in {precision}."
        )
    return lines


def epochs(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """A whole epoch, data and steps, without scoring."""
    ways = {"d2l": d2l.epoch(), "course": course.epoch(), "float32": course.epoch("float32")}
    _warm(d2l, course)
    times = alternate(ways, options.rounds)
    names = {"course": "a whole epoch", "float32": "a whole epoch, the course in float32"}
    _add(report, "epoch", {key: f"{name}, s" for key, name in names.items()}, times)
    used = {name: (d2l if name == "d2l" else course).used() for name in ways}
    each = {name: [1000 * value / used[name] for value in values] for name, values in times.items()}
    _add(report, "epoch", {key: f"{name}, per picture used, ms" for key, name in names.items()}, each)
    where = "from its cache on the GPU, the second epoch" if course.cache else "from its files, without workers"
    report.notes.append(
        f"Epoch: of {course.used()} pictures d2l used {used['d2l']} (those at least as large as the crop, in whole "
        f"batches), the course {used['course']}. d2l's loader has {d2l.d2l.get_dataloader_workers()} workers; the "
        f"course read {where}."
    )


def validation(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """Scoring a net on the validation pictures."""
    sides = {"d2l": d2l, "course": course}
    ways = {name: _per_picture(side, side.validation(), "val") for name, side in sides.items()}
    names = {"course": "validation, per picture used, ms"}
    _add(report, "validation", names, alternate(ways, options.rounds))
    where = ", which lie on the GPU" if course.cache else ""
    report.notes.append(
        f"Validation: d2l scored pixel accuracy on crops of {d2l.used('val')} pictures, decoded when it opened them; "
        f"the course all four scores on {course.used('val')} whole pictures{where}, in {course.precision()}."
    )


def prediction(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """The mask of one whole picture."""
    image = a_picture()
    ready = {
        "d2l": d2l.prediction(image),
        "course": course.prediction(image),
        "auto": course.prediction(image, "auto"),
    }
    for work in ready.values():
        work()
    many = 20 if course.device.type == "cuda" else 3
    ways = {name: lambda work=work: 1000 * seconds_of(work, course.device, many) for name, work in ready.items()}
    size = f"prediction of a picture of {image.shape[1]} x {image.shape[2]}"
    names = {"course": f"{size}, ms", "auto": f"{size}, the course in {course.precision()}, ms"}
    _add(report, "prediction", names, alternate(ways, options.rounds))


def until_iou(d2l: D2L, course: Course, options: Namespace, report: Report) -> None:
    """Training time until the mean IoU that d2l has after its epochs."""
    _warm(d2l, course)
    d2l_seconds, d2l_iou = d2l.train(options.epochs)
    seconds, iou, done = course.train(options.epochs, d2l_iou)
    reached = [seconds] if iou >= d2l_iou else None
    name = f"training until the mean IoU of d2l's {options.epochs} epochs, s"
    report.rows.append(Row("iou", name, [d2l_seconds], reached, "not reached"))
    report.rows.append(Row("iou", "mean IoU then, on whole validation pictures (higher is better)", [d2l_iou], [iou]))
    report.notes.append(
        "Until the mean IoU: one run each from the same backbone, scoring not timed. d2l has the book's recipe, in "
        f'batches of {min(BOOK_BATCH, len(d2l.train_set))}; the course\'s recipe "minivoc" was stopped after epoch '
        f"{done} of {options.epochs}."
    )


GROUPS = {
    "open": opening,
    "memory": memory,
    "loader": loaders,
    "step": steps,
    "epoch": epochs,
    "validation": validation,
    "prediction": prediction,
    "iou": until_iou,
}


def _add(report, group, names, found):
    """A row for each of the course's ways that ``names`` names, each beside the same numbers of d2l."""
    report.rows += [Row(group, name, found["d2l"], found[way]) for way, name in names.items()]


def _warm(*sides):
    """Take one step on each side: the first of a process takes longer."""
    for side in sides:
        side.step()()


def _per_picture(side, work, split="train"):
    used = side.used(split)
    return lambda: 1000 * seconds_of(work, side.device) / used
