"""Documents: what is written stays, and nothing else does."""

from pathlib import Path

import pytest

from storage.documents import Document, Documents


async def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "world.sqlite3"
    documents = await Documents.open(path)
    await documents.write([Document("person", "1", {"name": "Ю"}), Document("chat", "1", [1, None])])
    await documents.close()

    again = await Documents.open(path)
    assert await again.all("person") == [Document("person", "1", {"name": "Ю"})]
    assert await again.all("chat") == [Document("chat", "1", [1, None])]
    assert await again.all("nothing") == []
    await again.close()


async def test_a_put_replaces_and_a_delete_removes_in_one_write(tmp_path: Path) -> None:
    documents = await Documents.open(tmp_path / "world.sqlite3")
    await documents.write([Document("a", str(n), n) for n in range(1200)])
    await documents.write([Document("a", "0", "new")], [("a", str(n)) for n in range(1, 1200)])
    assert await documents.all("a") == [Document("a", "0", "new")]
    await documents.close()


async def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    documents = await Documents.open(tmp_path / "world.sqlite3")
    await documents.write([Document("a", "1", 1)])
    with pytest.raises(TypeError):
        await documents.write([Document("a", "1", 2), Document("a", "2", object())])
    assert await documents.all("a") == [Document("a", "1", 1)]
    await documents.close()


async def test_deleted_text_is_gone_from_the_files(tmp_path: Path) -> None:
    documents = await Documents.open(tmp_path / "world.sqlite3")
    secret = "unforgettable" * 20
    await documents.write([Document("message", "1", secret)])
    await documents.write([], [("message", "1")])
    await documents.close()
    assert not any(secret.encode() in content for content in _contents(tmp_path))


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]
