"""The book's step against d2l's own, quick steps against plain ones, steps in parts, schedules and names."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.training import recipes
from fcn_course.training.losses import book_loss, mean_loss
from fcn_course.training.recipes import (
    RECIPES,
    Recipe,
    freeze_stages,
    get_recipe,
    make_optimiser,
    make_schedule,
    training_step,
)
from tests.support.helpers import speak


def batch(seed=0, n=2, classes=4, size=(40, 56), void=0.0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(n, 3, *size, generator=generator)
    masks = torch.randint(0, classes, (n, *size), generator=generator)
    masks[torch.rand(masks.shape, generator=generator) < void] = 255
    return images, masks


def test_the_books_step_is_d2ls(small_net):
    d2l = pytest.importorskip("d2l.torch", reason="d2l is not installed")
    ours, theirs = speak(small_net(learned=True)), speak(small_net(learned=True))
    before = [parameter.detach().clone() for parameter in ours.parameters()]
    images, masks = batch()

    def loss(inputs, targets):  # D2L 14.11.4 as printed
        return F.cross_entropy(inputs, targets, reduction="none").mean(1).mean(1)

    trainer = torch.optim.SGD(theirs.parameters(), lr=0.001, weight_decay=1e-3)
    optimiser = make_optimiser(ours, get_recipe("book"))
    for _ in range(2):
        their_sum, _ = d2l.train_batch_ch13(theirs, images, masks, loss, trainer, [torch.device("cpu")])
        our_mean = training_step(ours, images, masks, optimiser, get_recipe("book"))
        assert our_mean.item() * len(images) == pytest.approx(their_sum.item(), rel=1e-6)
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter, theirs.get_parameter(name), rtol=0, atol=1e-6, msg=name)
    moved = [(a - b).abs().max() for a, b in zip(ours.parameters(), before, strict=True)]
    assert max(moved) > 1e-4


@pytest.mark.parametrize("loss", ["sum", "mean"])
@pytest.mark.parametrize("stride", [32, 8])
def test_a_frozen_net_takes_the_same_step_without_the_enlarged_planes(small_net, monkeypatch, loss, stride):
    ours, plain = speak(small_net(stride=stride)), speak(small_net(stride=stride)).train()
    recipe = Recipe(loss, lr=0.01, momentum=0.9, weight_decay=1e-3, head_factor=3.0)
    images, masks = batch(n=3, size=(40, 56), void=0.2)
    kept = (masks != 255).sum()
    quick, taken = recipes.enlarged_picture_losses, []
    monkeypatch.setattr(recipes, "enlarged_picture_losses", lambda *args: taken.append(1) or quick(*args))
    before = {name: parameter.detach().clone() for name, parameter in ours.named_parameters()}

    groups = [{"params": plain.stages.parameters()}, {"params": plain.score.parameters(), "lr": 0.03}]
    trainer, optimiser = torch.optim.SGD(groups, lr=0.01, momentum=0.9, weight_decay=1e-3), make_optimiser(ours, recipe)
    for _ in range(2):
        logits = plain(images)
        total = F.cross_entropy(logits, masks, ignore_index=255, reduction="sum")
        trainer.zero_grad()
        (total / (40 * 56 if loss == "sum" else kept)).backward()
        trainer.step()
        told = training_step(ours, images, masks, optimiser, recipe).item()
        truth = book_loss(logits, masks).mean() if loss == "sum" else mean_loss(logits, masks)
        assert told == pytest.approx(truth.item(), rel=1e-5)
    assert len(taken) == 2
    for name, parameter in ours.named_parameters():
        moved = (parameter - before[name]).abs().max()
        assert moved > 0, name
        apart = (parameter - plain.get_parameter(name)).abs().max()
        assert apart <= 1e-3 * moved + 1e-7, name
    for name, value in ours.state_dict().items():
        torch.testing.assert_close(value, plain.state_dict()[name], rtol=1e-4, atol=1e-5, msg=name)


def test_a_net_that_learns_its_enlargement_is_enlarged_by_it(small_net, monkeypatch):
    monkeypatch.setattr(recipes, "enlarged_picture_losses", lambda *_: pytest.fail("the layer was passed over"))
    net, recipe = speak(small_net(stride=16, learned=True)), Recipe()
    before = {name: parameter.detach().clone() for name, parameter in net.named_parameters()}
    images, masks = batch(void=0.2)
    truth = mean_loss(net.train()(images), masks).item()
    told = training_step(net, images, masks, make_optimiser(net, recipe), recipe)
    assert told.item() == pytest.approx(truth, rel=1e-5) and not told.requires_grad
    assert all((net.get_parameter(name) - value).abs().max() > 0 for name, value in before.items())


@pytest.mark.parametrize("loss", ["sum", "mean"])
@pytest.mark.parametrize("learned", [False, True])
def test_parts_of_a_batch_add_up_to_the_same_gradient(small_net, loss, learned):
    net, recipe = speak(small_net(norm=False, stride=16, learned=learned)), Recipe(loss)
    images, masks = batch(n=5, void=0.1)
    masks[1], masks[2, 10:], masks[4, :, :50] = 255, 255, 255  # uneven: a mean of parts would be another number

    def told_and_gradients(parts):
        optimiser = torch.optim.SGD(net.parameters(), lr=0.0)
        told = training_step(net, images, masks, optimiser, recipe, parts=parts).item()
        return told, {name: parameter.grad.clone() for name, parameter in net.named_parameters()}

    told, whole = told_and_gradients(1)
    for parts in (2, 3, 5, 9):
        told_in_parts, gradients = told_and_gradients(parts)
        assert told_in_parts == pytest.approx(told, rel=1e-5)
        for name, gradient in gradients.items():
            assert (gradient - whole[name]).abs().max() <= 1e-4 * whole[name].abs().max() + 1e-9, name


def test_the_books_mean_loss_is_over_the_pictures_of_all_processes(small_net):
    images, masks = batch(n=2)
    told = [
        training_step(
            net, images, masks, make_optimiser(net, get_recipe("book")), get_recipe("book"), pictures=pictures
        )
        for net, pictures in ((speak(small_net()), None), (speak(small_net()), 5))
    ]
    assert told[1].item() == pytest.approx(told[0].item() * 2 / 5, rel=1e-6)


@pytest.mark.parametrize("recipe", ["book", "minivoc"])
def test_a_step_on_a_batch_that_is_all_void_leaves_a_sound_net(small_net, recipe):
    net, recipe = speak(small_net()), get_recipe(recipe)
    images = batch()[0]
    loss = training_step(net, images, torch.full((2, 40, 56), 255), make_optimiser(net, recipe), recipe)
    assert loss.item() == 0
    assert all(parameter.isfinite().all() for parameter in net.parameters())


def test_the_sum_grows_with_the_batch_and_the_mean_does_not(small_net):
    def gradient(recipe, copies):
        net = speak(small_net()).eval()
        images, masks = batch(n=1)
        images, masks = images.repeat(copies, 1, 1, 1), masks.repeat(copies, 1, 1)
        optimiser = torch.optim.SGD(net.score.parameters(), lr=0.0)
        training_step(net, images, masks, optimiser, recipe)
        return net.score["stride32"].bias.grad

    for name, factor in (("sum", 3), ("mean", 1)):
        recipe = Recipe(loss=name)
        torch.testing.assert_close(gradient(recipe, 3), factor * gradient(recipe, 1), rtol=1e-3, atol=1e-5)


def test_steps_lower_the_loss(small_net):
    net, recipe = small_net(), Recipe(lr=0.01)
    optimiser, (images, masks) = make_optimiser(net, recipe), batch()
    masks[:] = 2
    losses = [training_step(net, images, masks, optimiser, recipe).item() for _ in range(4)]
    assert losses[0] == pytest.approx(math.log(4), abs=1e-5)
    assert losses[-1] < 0.5 * losses[0]


def test_the_books_numbers():
    book = get_recipe("book")
    assert (book.loss, book.optimiser, book.lr, book.momentum, book.weight_decay) == ("sum", "sgd", 0.001, 0, 1e-3)
    assert (book.batch_size, book.epochs, book.crop, book.flip) == (32, 5, (320, 480), False)
    assert book.head_factor == 1 and book.schedule == "constant"


def test_the_head_learns_faster_and_every_parameter_is_in_one_group(small_net):
    net = small_net(stride=8, learned=True)
    trunk, head = make_optimiser(net, Recipe(lr=0.02, head_factor=5)).param_groups
    assert (trunk["lr"], head["lr"]) == (0.02, pytest.approx(0.1))
    assert {id(p) for p in trunk["params"]} == {id(p) for p in net.stages.parameters()}
    together = [id(p) for group in (trunk, head) for p in group["params"]]
    assert sorted(together) == sorted(id(p) for p in net.parameters())


def test_a_frozen_trunk_is_left_out(small_net):
    net = small_net()
    net.stages.requires_grad_(False)
    (head,) = make_optimiser(net, Recipe(lr=0.02, head_factor=5)).param_groups
    assert head["lr"] == pytest.approx(0.1) and len(head["params"]) == 2


def test_adamw_by_name(small_net):
    optimiser = make_optimiser(small_net(), Recipe(optimiser="adamw", momentum=0.8, weight_decay=0.3))
    assert isinstance(optimiser, torch.optim.AdamW)
    assert optimiser.defaults["betas"] == (0.8, 0.999) and optimiser.defaults["weight_decay"] == 0.3


def rates(schedule, steps):
    optimiser = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=2.0)
    schedule = make_schedule(optimiser, Recipe(schedule=schedule), steps)
    found = []
    for _ in range(steps):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return [*found, optimiser.param_groups[0]["lr"]]


@pytest.mark.parametrize("steps", [20, 100, 345])
def test_one_cycle_goes_up_in_the_first_tenth_and_ends_at_0(steps):
    found = rates("one_cycle", steps)
    warm = steps // 10
    assert max(found) == pytest.approx(2.0) and found[warm - 1] == pytest.approx(2.0)
    assert all(a < b for a, b in pairwise(found[:warm]))
    assert all(a > b for a, b in pairwise(found[warm:]))
    assert found[0] == pytest.approx(2.0 / warm)
    assert found[-2] < 0.02 and found[-1] == pytest.approx(0, abs=1e-9)
    # half way down the cosine it is at half
    middle = warm + (steps - warm) / 2
    assert (found[math.floor(middle)] + found[math.ceil(middle)]) / 2 == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_one_cycle_of_very_few_steps_still_learns(steps):
    found = rates("one_cycle", steps)[:steps]
    assert max(found) == 2.0 and min(found) > 0


def test_constant_stays():
    assert set(rates("constant", 12)) == {2.0}


@pytest.mark.parametrize("steps", [1, 2, 7, 100])
def test_poly_goes_down_to_0_with_the_power_0_9(steps):
    found = rates("poly", steps)
    assert found == pytest.approx([2.0 * (1 - step / steps) ** 0.9 for step in range(steps + 1)])
    assert found[0] == 2.0 and found[-1] == 0
    assert all(a > b for a, b in pairwise(found))


def test_no_schedule_goes_below_0_beyond_its_end():
    for name in ("constant", "one_cycle", "poly"):
        optimiser = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=2.0)
        schedule = make_schedule(optimiser, Recipe(schedule=name), 4)
        for _ in range(9):
            optimiser.step()
            schedule.step()
            assert optimiser.param_groups[0]["lr"] >= 0


@pytest.mark.parametrize("frozen", [(), (2, 4, 8), (16,), (2, 4, 8, 16, 32)])
def test_frozen_stages_keep_their_weights_and_the_others_learn(small_net, frozen):
    net, recipe = speak(small_net()), replace(RECIPES["minivoc"], frozen=frozen)
    freeze_stages(net, recipe)
    before = {name: value.detach().clone() for name, value in net.named_parameters()}
    images, masks = torch.randn(2, 3, 64, 96), torch.randint(0, 4, (2, 64, 96))
    training_step(net, images, masks, make_optimiser(net, recipe), recipe)
    for stride in (2, 4, 8, 16, 32):
        start = f"stages.stride{stride}."
        stood = [torch.equal(value, before[name]) for name, value in net.named_parameters() if name.startswith(start)]
        assert all(stood) if stride in frozen else not any(stood)
    assert not torch.equal(net.score["stride32"].weight, before["score.stride32.weight"])
    assert net.stages["stride2"].training == (len(frozen) < 5)  # all frozen: batch statistics stand still too


def test_a_stride_that_no_stage_has_is_told(small_net):
    with pytest.raises(ValueError, match=r"the stage of stride 64; the net has stages of stride 2, 4, 8, 16, 32"):
        freeze_stages(small_net(), Recipe(frozen=(2, 64)))


def test_the_light_recipe_trains_the_scores_alone(small_net):
    net = small_net(stride=8)
    freeze_stages(net, get_recipe("light"))
    free = {name.split(".")[0] for name, value in net.named_parameters() if value.requires_grad}
    assert free == {"score"}


def test_recipes_by_name_and_by_hand():
    assert get_recipe("minivoc") is RECIPES["minivoc"]
    mine = Recipe(epochs=3)
    assert get_recipe(mine) is mine


def test_unknown_names_are_told_with_those_there_are(small_net):
    net = small_net()
    with pytest.raises(ValueError, match=r"'bok'; choose one of book, minivoc, light, paper32s, paper16s, paper8s"):
        get_recipe("bok")
    with pytest.raises(ValueError, match=r'optimiser must be "sgd" or "adamw", got \'adam\''):
        make_optimiser(net, Recipe(optimiser="adam"))
    optimiser = make_optimiser(net, Recipe())
    with pytest.raises(ValueError, match=r"schedule must be constant or one_cycle or poly, got 'cosine'"):
        make_schedule(optimiser, Recipe(schedule="cosine"), 10)
    with pytest.raises(ValueError, match=r'loss must be "sum", "mean" or "total", got \'max\''):
        training_step(net, *batch(), optimiser, Recipe(loss="max"))


def test_the_papers_step_is_its_solvers(small_net):
    # summed loss, momentum 0.99, weight decay 5e-4; biases learn twice as fast and do not decay
    ours, plain = speak(small_net(norm=False)), speak(small_net(norm=False)).train()
    recipe = replace(get_recipe("paper32s"), lr=1e-7)  # a narrow net on a few pixels needs larger steps to show them
    weights = [p for name, p in plain.named_parameters() if not name.endswith("bias")]
    biases = [p for name, p in plain.named_parameters() if name.endswith("bias")]
    trainer = torch.optim.SGD(
        [{"params": weights, "weight_decay": 5e-4}, {"params": biases, "lr": 2e-7}], lr=1e-7, momentum=0.99
    )
    optimiser, (images, masks) = make_optimiser(ours, recipe), batch(n=1, void=0.1)
    for _ in range(3):
        trainer.zero_grad()
        loss = F.cross_entropy(plain(images), masks, ignore_index=255, reduction="sum")
        loss.backward()
        trainer.step()
        told = training_step(ours, images, masks, optimiser, recipe)
        assert told.item() == pytest.approx(loss.item(), rel=1e-5)
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter, plain.get_parameter(name), rtol=1e-4, atol=1e-7, msg=name)


def test_the_papers_stages_differ_in_their_rate_alone():
    rates = {name: RECIPES[name].lr for name in ("paper32s", "paper16s", "paper8s")}
    assert rates == {"paper32s": 1e-10, "paper16s": 1e-12, "paper8s": 1e-14}
    assert {replace(RECIPES[name], lr=0.0) for name in rates} == {replace(RECIPES["paper32s"], lr=0.0)}
    assert RECIPES["paper32s"].crop is None and RECIPES["paper32s"].batch_size == 1


def test_biases_are_set_apart_on_the_trunk_and_the_head(small_net):
    groups = make_optimiser(
        small_net(norm=False), Recipe(lr=0.1, head_factor=3.0, bias_factor=2.0, bias_decay=False, weight_decay=0.5)
    ).param_groups
    # the narrow trunk's convolutions have no biases
    assert [(round(group["lr"], 6), group["weight_decay"]) for group in groups] == [(0.1, 0.5), (0.3, 0.5), (0.6, 0.0)]
    together = make_optimiser(small_net(norm=False), Recipe(lr=0.1, head_factor=3.0)).param_groups
    assert [round(group["lr"], 6) for group in together] == [0.1, 0.3]
