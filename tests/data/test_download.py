"""fetch against a server on this machine that misbehaves in every way: nothing here needs a network."""

import errno
import hashlib
import random
import re
import shutil
from types import SimpleNamespace

import pytest

from fcn_course.data.download import DownloadError, NoRoomError, Wanted, attempt, fetch
from tests.support.file_server import DEAD, serving

CONTENT = random.Random(0).randbytes(3_000_000)
SIZE = len(CONTENT)
HALF = SIZE // 2
MD5, SHA256 = hashlib.md5(CONTENT).hexdigest(), hashlib.sha256(CONTENT).hexdigest()
NEXT = "the next address is asked"


@pytest.fixture
def server():
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def get(server, tmp_path):
    """Fetches CONTENT to ``file`` from the server's ways of these names; a whole address is taken as it is."""

    def get(*ways, timeout=5.0, progress=False, size=SIZE, md5=MD5, sha256=SHA256, room=0):
        urls = tuple(way if "://" in way else f"{server.url}/{way}" for way in ways)
        return fetch(Wanted("file", urls, size, md5, sha256), tmp_path / "file", progress, timeout, pause=0, room=room)

    return get


@pytest.fixture
def part(tmp_path):
    return tmp_path / "file.part"


def test_fetches_and_then_needs_no_server(server, get, tmp_path):
    target = get("whole")
    assert target.read_bytes() == CONTENT
    assert get("whole") == target
    assert len(server.asked) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_makes_the_folder(server, tmp_path):
    wanted = Wanted("file", (f"{server.url}/whole",), md5=MD5)
    assert fetch(wanted, tmp_path / "deep" / "er" / "file", progress=False).read_bytes() == CONTENT


@pytest.mark.parametrize("held", [1, 2_000_000])
@pytest.mark.parametrize("size", [SIZE, None])
def test_continues_where_it_stopped(server, get, part, held, size):
    part.write_bytes(CONTENT[:held])
    assert get("ranges", size=size).read_bytes() == CONTENT
    assert server.asked == [("/ranges", f"bytes={held}-")]


def test_a_part_that_is_the_whole_needs_no_server(server, get, part):
    part.write_bytes(CONTENT)
    assert get("ranges").read_bytes() == CONTENT
    assert server.asked == []


def test_without_a_size_the_server_says_that_the_part_is_the_whole(server, get, part):
    part.write_bytes(CONTENT)
    assert get("ranges", size=None).read_bytes() == CONTENT
    assert server.asked == [("/ranges", f"bytes={SIZE}-")]


@pytest.mark.fault("a server breaks the connection again and again", "the same address is asked for the rest each time")
def test_every_cut_is_continued(server, get):
    assert get("cut").read_bytes() == CONTENT
    assert [header for _, header in server.asked] == [None] + [f"bytes={SIZE // 4 * n}-" for n in (1, 2, 3)]


@pytest.mark.fault("a download was cut, and the server knows no ranges", "it is sent again; what was there stays")
def test_a_server_without_ranges_starts_again(server, get, part):
    part.write_bytes(CONTENT[:1000])
    assert get("whole").read_bytes() == CONTENT
    assert server.asked == [("/whole", "bytes=1000-")]


@pytest.mark.fault("a server never comes further than half, without ranges", f"after 3 tries {NEXT} for the rest")
def test_a_server_that_never_gets_further_is_left(server, get):
    assert get("short", "ranges").read_bytes() == CONTENT
    assert server.asked == [("/short", None), *[("/short", f"bytes={HALF}-")] * 3, ("/ranges", f"bytes={HALF}-")]


def test_a_cut_keeps_what_came_even_if_the_next_server_sends_less(get, part):
    part.write_bytes(CONTENT[: HALF + 5])
    with pytest.raises(DownloadError, match=f"connection ended after {HALF} of {SIZE} bytes") as caught:
        get("short")
    assert part.read_bytes() == CONTENT[: HALF + 5]
    assert f"({HALF + 5} bytes are kept)" in str(caught.value) and not part.with_name("file").exists()


@pytest.mark.fault("a server announces more bytes than it has", "the known size and the hashes decide, not the server")
def test_a_length_that_is_said_too_long(server, get):
    assert get("long-said").read_bytes() == CONTENT
    assert len(server.asked) == 1


@pytest.mark.fault("a server announces fewer bytes than the file has", "the rest is asked for")
def test_a_length_that_is_said_too_short(server, get):
    assert get("short-said").read_bytes() == CONTENT
    assert len(server.asked) > 1


@pytest.mark.fault("a server sends more bytes than the file has", "they are not read")
def test_bytes_behind_the_end(get):
    assert get("more").read_bytes() == CONTENT


def test_bytes_behind_the_end_of_a_file_of_unknown_size_are_noticed(get, part):
    with pytest.raises(DownloadError, match="it sent another file"):
        get("more", size=None)
    assert not part.exists()


def test_no_length_at_all(get):
    assert get("unsaid").read_bytes() == CONTENT
    assert get("unsaid", size=None).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(
            "page", marks=pytest.mark.fault("a login page comes in place of the file", f"it is named, {NEXT}")
        ),
        pytest.param(
            "disguised", marks=pytest.mark.fault("a login page comes that calls itself a tar", f"it is named, {NEXT}")
        ),
    ],
)
def test_a_page_leaves_what_was_there(server, get, part, way):
    part.write_bytes(CONTENT[:HALF])
    with pytest.raises(DownloadError, match=f"{way}: it sent a web page in place of the file; if this network"):
        get(way)
    assert part.read_bytes() == CONTENT[:HALF]
    assert get(way, "ranges").read_bytes() == CONTENT
    assert server.asked[-1] == ("/ranges", f"bytes={HALF}-")


@pytest.mark.fault("an address has moved", "the redirect is followed, and the rest asked for there")
def test_a_redirect_is_followed(server, get, part):
    part.write_bytes(CONTENT[:HALF])
    assert get("moved").read_bytes() == CONTENT
    assert server.asked == [("/moved", f"bytes={HALF}-"), ("/ranges", f"bytes={HALF}-")]


@pytest.mark.fault("an address redirects in a circle", NEXT)
def test_a_circle_is_left(get):
    assert get("circle", "whole").read_bytes() == CONTENT


@pytest.mark.fault("a server falls silent in the middle", "after 30 seconds without a byte it is asked for the rest")
def test_a_stall_is_continued(server, get, capsys):
    assert get("stall", timeout=0.5, progress=True).read_bytes() == CONTENT
    assert server.asked == [("/stall", None), ("/stall", f"bytes={HALF}-")]
    assert "no byte came for 0.5 seconds; asking again for the rest" in capsys.readouterr().err


@pytest.mark.fault("a server accepts and never answers", f"after 30 seconds {NEXT}")
def test_a_silent_server_is_left(server, get):
    assert get("silent", "ranges", timeout=0.5).read_bytes() == CONTENT
    assert server.asked == [("/silent", None), ("/ranges", None)]


@pytest.mark.fault("a server is too busy (503)", "it is asked again, three times in all")
def test_a_busy_server_is_asked_again(server, get):
    assert get("busy").read_bytes() == CONTENT
    assert len(server.asked) == 3


@pytest.mark.fault("a server is dead, or has no such file (404)", NEXT)
def test_dead_addresses_are_asked_once(server, get):
    assert get(DEAD, "gone", "whole").read_bytes() == CONTENT
    assert [path for path, _ in server.asked] == ["/gone", "/whole"]


@pytest.mark.fault("a server sends other bytes, as many", f"the hashes tell, they are thrown away, {NEXT}")
def test_wrong_bytes_are_refused(get, part):
    with pytest.raises(DownloadError, match=f"wrong: it sent another file .its MD5 begins with .*, not with {MD5[:8]}"):
        get("wrong")
    assert not part.exists()
    assert get("wrong", "whole").read_bytes() == CONTENT


def test_both_hashes_are_looked_at(get, server):
    with pytest.raises(DownloadError, match="its SHA-256 begins with"):
        get("whole", sha256="0" * 64)
    with pytest.raises(DownloadError, match="its MD5 begins with"):
        get("whole", md5="0" * 32)
    assert get("whole", md5=None, sha256=SHA256[:8].upper()).read_bytes() == CONTENT


@pytest.mark.fault("a server resumes at another byte than it was asked for", f"nothing of it is written, {NEXT}")
def test_a_shifted_answer_is_refused(get, part):
    part.write_bytes(CONTENT[:HALF])
    with pytest.raises(DownloadError, match="shifted: the server resumed at another byte"):
        get("shifted")
    assert part.read_bytes() == CONTENT[:HALF]
    assert get("shifted", "ranges").read_bytes() == CONTENT


@pytest.mark.fault(
    "what lies there half fetched is of another file", "the hashes tell, it is fetched from its beginning"
)
def test_a_part_of_another_file_is_thrown_away(server, get, part):
    part.write_bytes(b"other" * 100)
    assert get("ranges").read_bytes() == CONTENT
    assert [header for _, header in server.asked] == ["bytes=500-", None]


@pytest.mark.parametrize("size", [SIZE, None])
def test_a_part_longer_than_the_file_is_thrown_away(get, part, size):
    part.write_bytes(CONTENT + b"more")
    assert get("ranges", size=size).read_bytes() == CONTENT


def test_a_server_whose_file_is_shorter_is_left(server, get, part):
    server.content, whole = CONTENT[:HALF], server.content
    part.write_bytes(CONTENT[:HALF])
    with pytest.raises(DownloadError, match=f"its file ends after {HALF} of {SIZE} bytes"):
        get("ranges")
    server.content = whole
    assert get("ranges").read_bytes() == CONTENT


def test_without_a_hash_two_halves_are_never_joined(server, get, part):
    part.write_bytes(b"other" * 100)
    assert get("ranges", md5=None, sha256=None).read_bytes() == CONTENT
    assert server.asked == [("/ranges", None)]


def test_the_error_lists_every_address_and_the_way_by_hand(server, get, tmp_path):
    with pytest.raises(DownloadError) as caught:
        get(DEAD, "gone", "page", "wrong")
    said = str(caught.value)
    assert re.search(rf"{DEAD}: .*refused", said)
    assert f"{server.url}/gone: HTTP Error 404" in said
    assert f"{server.url}/page: it sent a web page" in said
    assert f"{server.url}/wrong: it sent another file" in said
    assert f"({SIZE} bytes, MD5 {MD5}, SHA-256 {SHA256}), save it as\n  {tmp_path / 'file'}\n" in said
    assert len(caught.value.reasons) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault("the file lies there, but damaged", "it is said, and replaced by a right one, never by less")
def test_a_damaged_file_is_replaced_only_by_a_right_one(get, tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"half of it")
    with pytest.raises(
        DownloadError, match=r"was there, but is damaged or another file \(it has 10 bytes, not 3000000"
    ):
        get(DEAD)
    assert target.read_bytes() == b"half of it"
    assert get("whole").read_bytes() == CONTENT


def test_each_address_is_named_and_the_bar_counts_what_was_there(server, get, part, capsys):
    part.write_bytes(CONTENT[:1000])
    get(DEAD, "ranges", progress=True)
    said = capsys.readouterr().err
    assert f"file: asking {DEAD}\n" in said and f"file: asking {server.url}/ranges\n" in said
    assert re.search(rf"{DEAD}: .*refused", said)
    assert re.search(r"100%.*3\.00M/3\.00M \[\d\d:\d\d<\d\d:\d\d, .*B/s\]", said)


def test_progress_false_is_silent(get, capsys):
    get(DEAD, "ranges")
    assert capsys.readouterr() == ("", "")


@pytest.mark.fault("the disk is too small for what is to come", "it is said before the first byte: needed, free, where")
def test_room_is_looked_for_before_the_download(server, get, part, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=5_000_000))
    with pytest.raises(NoRoomError) as caught:
        get("whole", room=3_000_000)
    said = "file needs 6 MB of disk, and 5 MB are free at "
    assert str(caught.value).startswith(f"{said}{tmp_path}; make room there, or name a folder on a larger disk")
    assert server.asked == []
    part.write_bytes(CONTENT[:HALF])  # has its room already
    assert get("ranges", room=3_000_000).read_bytes() == CONTENT


@pytest.mark.fault("the disk fills during the download", "it is said; what has arrived is kept and continued")
def test_a_disk_that_fills_keeps_the_part(server, get, part, monkeypatch):
    lay = attempt._lay

    def lay_until_full(file, chunk):
        if file.tell() + len(chunk) > HALF:
            raise OSError(errno.ENOSPC, "No space left on device")
        lay(file, chunk)

    monkeypatch.setattr(attempt, "CHUNK", 1 << 16)
    with monkeypatch.context() as patched:
        patched.setattr(attempt, "_lay", lay_until_full)
        with pytest.raises(NoRoomError) as caught:
            get("ranges", "whole")
    kept = len(part.read_bytes())
    assert part.read_bytes() == CONTENT[:kept] and 0 < kept <= HALF
    assert "the disk filled up" in str(caught.value) and f"kept in {part}" in str(caught.value)
    assert "make room and run the same again" in str(caught.value) and len(server.asked) == 1
    get("ranges")
    assert server.asked[-1] == ("/ranges", f"bytes={kept}-")
