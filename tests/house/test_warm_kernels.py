"""The kernels of the tests are forks, and are like others in all but their start."""

import os
import signal
import sysconfig
import time
from contextlib import ExitStack, contextmanager

import pytest
from jupyter_client.manager import start_new_kernel

from tests.support.warm_kernels import INLINE, SOCKET

pytestmark = pytest.mark.skipif(SOCKET not in os.environ, reason="kernels start as always here")


def value(client, code):
    """What an expression is worth in a kernel."""
    while True:
        answer = client.execute_interactive("", user_expressions={"it": code}, timeout=60)
        if answer["content"]["status"] != "aborted":  # as any kernel answers while it clears its queue after an error
            break
    found = answer["content"]["user_expressions"]["it"]
    assert found["status"] == "ok", found
    return eval(found["data"]["text/plain"])  # made here


def gone(pid):
    """If a process has ended, waited for in case it is about to."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@contextmanager
def started():
    """A kernel's manager and client."""
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Two kernels, started in a folder of their own with a variable of their own."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.chdir(tmp_path_factory.mktemp("place"))
        patch.setenv("OF_THE_ASKER", "blue")
        yield [stack.enter_context(started()) for _ in range(2)]


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """One that a test may end."""
    monkeypatch.chdir(tmp_path)
    with started() as pair:
        yield pair


def test_torch_is_there_and_nothing_of_the_course(kernels):
    (_, client), _ = kernels
    assert value(client, "'torchvision' in __import__('sys').modules")
    assert not value(
        client, "[m for m in __import__('sys').modules if m.split('.')[0] in ('fcn_course', 'd2l', 'tests')]"
    )


@pytest.mark.parametrize(("asked", "backend"), [(None, INLINE), ("svg", "svg")])
def test_figures_go_where_they_always_go_and_where_a_variable_says(tmp_path, monkeypatch, asked, backend):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    if asked:
        monkeypatch.setenv("MPLBACKEND", asked)
    monkeypatch.chdir(tmp_path)
    with started() as (_, client):
        assert value(client, "'matplotlib.pyplot' in __import__('sys').modules")
        figure = "__import__('matplotlib.pyplot').pyplot"
        assert value(client, f"[{figure}.figure() and None, {figure}.get_backend()][1]") == backend


def test_place_variables_and_path_are_the_askers(kernels):
    (_, client), _ = kernels
    assert os.path.basename(value(client, "__import__('os').getcwd()")).startswith("place")
    assert value(client, "__import__('os').environ['OF_THE_ASKER']") == "blue"
    path = value(client, "__import__('sys').path")
    assert not [place for place in path if place.endswith("support")]
    assert sysconfig.get_path("purelib") in path


@pytest.mark.parametrize(
    "draw", ["__import__('random').random()", "__import__('numpy').random.rand()", "__import__('torch').rand(1).item()"]
)
def test_two_kernels_draw_other_numbers(kernels, draw):
    assert len({value(client, draw) for _, client in kernels}) == 2


def test_an_interrupt_reaches_it_and_it_goes_on(kernels):
    (manager, client), _ = kernels
    asked = client.execute("print('begun', flush=True)\nimport time\ntime.sleep(600)")
    while client.get_iopub_msg(timeout=60)["content"].get("text") != "begun\n":
        pass
    manager.interrupt_kernel()
    while (answer := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != asked:
        pass
    assert answer["content"]["ename"] == "KeyboardInterrupt"
    assert value(client, "1 + 1") == 2


def test_it_ends_when_it_is_told_and_cleans_up(kernel, tmp_path):
    manager, client = kernel
    pid = value(client, "__import__('os').getpid()")
    client.execute_interactive("import atexit\natexit.register(open, 'left behind', 'w')", timeout=60)
    manager.shutdown_kernel()
    assert gone(pid) and (tmp_path / "left behind").exists()


def test_it_does_not_outlive_who_stands_for_it(kernel, kernels):
    (manager, client), (_, other) = kernel, kernels[0]
    pid = value(client, "__import__('os').getpid()")
    assert manager.provisioner.pid != pid
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    assert gone(pid)
    assert value(other, "1 + 1") == 2


def test_who_stands_for_it_does_not_outlive_it(kernel):
    manager, client = kernel
    os.kill(value(client, "__import__('os').getpid()"), signal.SIGKILL)
    for _ in range(100):
        if not manager.is_alive():
            return
        time.sleep(0.1)
    pytest.fail("the kernel was killed, and Jupyter takes it for alive")
