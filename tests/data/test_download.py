"""fetch and voc2012 against a small server on this machine: nothing here needs a network."""

import hashlib
import io
import re
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fcn_course.data import download

CONTENT = bytes(range(256)) * 20_000  # 5 MB: several chunks
MD5 = hashlib.md5(CONTENT).hexdigest()
DEAD = "http://127.0.0.1:9/dead"  # the discard port: refused at once


class Handler(BaseHTTPRequestHandler):
    """/whole ignores Range, /ranges obeys it, /short breaks off in the middle, /page sends another file."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        if self.path not in ("/whole", "/ranges", "/short", "/page", "/shifted"):
            return self.send_error(404)
        body = b"<html>please log in</html>" if self.path == "/page" else self.server.content
        start = 0
        if (asked := self.headers.get("Range")) and self.path in ("/ranges", "/shifted"):
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            if start >= len(body):
                return self.send_error(416)
            self.send_response(206)
            shown = start + (self.path == "/shifted")
            self.send_header("Content-Range", f"bytes {shown}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start : len(body) // 2] if self.path == "/short" else body[start:])

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.content = [], CONTENT
        server.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def fetch(urls, target, md5=MD5):
    return download.fetch(urls, target, md5, progress=False)


def test_fetches_and_then_needs_no_server(server, tmp_path):
    target = tmp_path / "deep" / "file"
    assert fetch(f"{server.url}/whole", target) == target
    assert target.read_bytes() == CONTENT
    assert fetch(f"{server.url}/whole", target) == target
    assert len(server.asked) == 1
    assert [path.name for path in target.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("held", [1, 3_000_000, len(CONTENT)])
def test_continues_where_it_stopped(server, tmp_path, held):
    (tmp_path / "file.part").write_bytes(CONTENT[:held])
    assert fetch(f"{server.url}/ranges", tmp_path / "file").read_bytes() == CONTENT
    assert server.asked == [("/ranges", f"bytes={held}-")]


def test_a_server_without_ranges_starts_again(server, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    assert fetch(f"{server.url}/whole", tmp_path / "file").read_bytes() == CONTENT


def test_a_part_of_another_file_is_thrown_away(server, tmp_path):
    (tmp_path / "file.part").write_bytes(b"other" * 100)
    assert fetch(f"{server.url}/ranges", tmp_path / "file").read_bytes() == CONTENT
    assert [header for _, header in server.asked] == ["bytes=500-", None]


def test_a_part_longer_than_the_file_is_thrown_away(server, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT + b"more")
    assert fetch(f"{server.url}/ranges", tmp_path / "file").read_bytes() == CONTENT


def test_without_md5_two_halves_are_never_joined(server, tmp_path):
    (tmp_path / "file.part").write_bytes(b"other" * 100)
    assert fetch(f"{server.url}/ranges", tmp_path / "file", md5=None).read_bytes() == CONTENT


def test_a_broken_connection_is_continued_at_the_next_address(server, tmp_path):
    fetch([f"{server.url}/short", f"{server.url}/ranges"], tmp_path / "file")
    assert server.asked[1] == ("/ranges", f"bytes={len(CONTENT) // 2}-")


def test_a_broken_connection_keeps_what_came(server, tmp_path):
    with pytest.raises(download.DownloadError, match="connection ended after 2560000 of 5120000 bytes"):
        fetch(f"{server.url}/short", tmp_path / "file")
    assert (tmp_path / "file.part").read_bytes() == CONTENT[: len(CONTENT) // 2]
    assert not (tmp_path / "file").exists()


def test_the_first_address_is_dead(server, tmp_path):
    assert fetch([DEAD, f"{server.url}/whole"], tmp_path / "file").read_bytes() == CONTENT


def test_another_file_is_refused_and_the_next_address_asked(server, tmp_path):
    assert fetch([f"{server.url}/page", f"{server.url}/whole"], tmp_path / "file").read_bytes() == CONTENT


def test_the_error_lists_every_address_and_the_way_by_hand(server, tmp_path):
    target = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(CONTENT[:10])
    with pytest.raises(download.DownloadError) as caught:
        fetch([DEAD, f"{server.url}/gone", f"{server.url}/shifted", f"{server.url}/page"], target)
    said = str(caught.value)
    assert re.search(rf"{DEAD}: .*refused", said)
    assert f"{server.url}/gone: HTTP Error 404" in said
    assert f"{server.url}/shifted: the server resumed at another byte" in said
    assert f"{server.url}/page: it sent another file (its md5 is " in said
    assert f"(md5 {MD5}), save it as\n  {target}\n" in said
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_replaced_only_by_a_right_one(server, tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"half of it")
    with pytest.raises(download.DownloadError, match="was there, but is damaged"):
        fetch(DEAD, target)
    assert target.read_bytes() == b"half of it"
    assert fetch(f"{server.url}/whole", target).read_bytes() == CONTENT


def test_the_bar_counts_what_was_there(server, tmp_path, capsys):
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    download.fetch(f"{server.url}/ranges", tmp_path / "file", MD5)
    assert "100%" in (said := capsys.readouterr().err) and "5.12M/5.12M" in said


def make_tar(path, names):
    with tarfile.open(path, "w") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 4
            archive.addfile(member, io.BytesIO(b"abcd"))
    return path.read_bytes()


@pytest.fixture
def voc(server, tmp_path, monkeypatch):
    """A data folder whose VOC2012 is a tar of two files, served or placed by hand. Returns (folder, serve)."""
    folder = tmp_path / "data"
    monkeypatch.setenv("FCN_COURSE_DATA", str(folder))
    monkeypatch.setattr(download, "VOC2012_URLS", (DEAD, f"{server.url}/ranges"))

    def serve(names=("VOCdevkit/VOC2012/JPEGImages/a.jpg", "VOCdevkit/VOC2012/SegmentationClass/a.png")):
        server.content = make_tar(tmp_path / "made.tar", names)
        monkeypatch.setattr(download, "VOC2012_MD5", hashlib.md5(server.content).hexdigest())
        return server.content

    return folder, serve


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir())


def test_voc2012_is_fetched_unpacked_and_then_left_alone(server, voc):
    folder, serve = voc
    serve()
    made = download.voc2012(progress=False)
    assert made == folder / "VOCdevkit" / "VOC2012"
    assert (made / "JPEGImages" / "a.jpg").read_bytes() == b"abcd"
    assert leftovers(folder) == ["VOCdevkit", download.VOC2012_TAR]
    asked = len(server.asked)
    (folder / download.VOC2012_TAR).unlink()
    assert download.voc2012() == made and len(server.asked) == asked


def test_a_tar_placed_by_hand_needs_no_server(server, voc, tmp_path):
    _, serve = voc
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / download.VOC2012_TAR).write_bytes(serve())
    assert (download.voc2012(folder, progress=False) / "JPEGImages" / "a.jpg").is_file()
    assert server.asked == []


@pytest.mark.parametrize(
    "name", ["../../stolen", "VOCdevkit/../../../stolen", "VOCdevkit/VOC2012/JPEGImages/../../../../s"]
)
def test_a_tar_that_reaches_out_is_refused(voc, tmp_path, name):
    folder, serve = voc
    serve(["VOCdevkit/VOC2012/JPEGImages/a.jpg", name])
    with pytest.raises(tarfile.OutsideDestinationError):
        download.voc2012(progress=False)
    assert leftovers(folder) == [download.VOC2012_TAR]
    assert leftovers(tmp_path) == ["data", "made.tar"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError("disk full")])
def test_an_interrupted_unpack_is_not_taken_for_a_finished_one(voc, monkeypatch, stop):
    folder, serve = voc
    serve()
    whole = tarfile.TarFile.makefile

    def stopping(archive, member, path):
        if member.name.endswith("a.png"):
            raise stop
        whole(archive, member, path)

    with monkeypatch.context() as patched:
        patched.setattr(tarfile.TarFile, "makefile", stopping)
        with pytest.raises(type(stop) if isinstance(stop, OSError) else stop):
            download.voc2012(progress=False)
    assert leftovers(folder) == [download.VOC2012_TAR]
    assert (download.voc2012(progress=False) / "SegmentationClass" / "a.png").is_file()


def test_a_killed_unpack_is_not_taken_for_a_finished_one(voc):
    folder, serve = voc
    serve()
    (folder / "unpacking-killed" / "VOCdevkit" / "VOC2012" / "JPEGImages").mkdir(parents=True)
    assert (download.voc2012(progress=False) / "SegmentationClass" / "a.png").is_file()


def test_a_python_that_cannot_unpack_safely_says_how_to_do_it_by_hand(voc, monkeypatch):
    folder, serve = voc
    serve()
    monkeypatch.delattr(tarfile, "data_filter")
    with pytest.raises(RuntimeError, match=re.escape(f"tar -xf '{folder / download.VOC2012_TAR}' -C '{folder}'")):
        download.voc2012(progress=False)
