"""What can be wrong with a journal, in words for who has to look: which record or row, and what of it."""

from kiosk.domain.text import Text


def missing(seq: int) -> Text:
    return Text(f"缺少记录 {seq}", f"record {seq} is missing")


def last_missing(seq: int, visit_id: str, found: int | None) -> Text:
    return Text(
        f"缺少业务 {visit_id} 的最后一条记录 {seq}（现有的最后一条：{found or '无'}）",
        f"record {seq}, the last of visit {visit_id}, is missing (found {found or 'none'})",
    )


def cut_off(seq: int, at: str, there_were: int) -> Text:
    return Text(
        f"缺少记录 {seq}：末尾被截断；{at} 时共有 {there_were} 条",
        f"record {seq} is missing: the end is cut off; at {at} there were {there_were}",
    )


def changed(seq: object, name: object = None, visit_id: object = None) -> Text:
    """A record whose digest does not fit; what stands in it may be anything."""
    zh, en = _which(seq, name, visit_id)
    return Text(f"{zh}被更改或移动", f"{en} was changed or moved")


def another(at: str, seq: object, name: object = None, visit_id: object = None) -> Text:
    """A record that a kept end knows otherwise."""
    zh, en = _which(seq, name, visit_id)
    return Text(f"{zh}不是 {at} 时的那一条", f"{en} is not the one that stood there at {at}")


def undecryptable(seq: int, visit_id: str) -> Text:
    return Text(
        f"记录 {seq}（业务 {visit_id}）无法解密：被更改或移动",
        f"record {seq} of visit {visit_id} does not decrypt: it was changed or moved",
    )


def page(told: str) -> Text:
    """What SQLite finds wrong with the file itself."""
    return Text(f"文件损坏：{told}", f"the file is damaged: {told}")


def row_missing(visit_id: object, *, before: bool = False) -> Text:
    shown = plain(visit_id)
    if before:
        return Text(f"业务 {shown} 的状态行之前缺少一行", f"a row is missing before that of visit {shown}")
    return Text(f"缺少业务 {shown} 的状态行", f"the row of visit {shown} is missing")


def row_changed(visit_id: object, why: Text) -> Text:
    shown = plain(visit_id)
    return Text(f"业务 {shown} 的状态行被更改：{why.zh}", f"the row of visit {shown} was changed: {why.en}")


KEY_GONE = Text(
    "密钥已不在，而没有记录表明该业务已被遗忘", "its key is gone, and no record says that it was forgotten"
)
KEY_FOREIGN = Text("本机密钥打不开其中的密钥", "its key does not open with the machine's")
SEAL_BROKEN = Text("封印不符", "its seal does not fit")


def table_missing(name: str) -> Text:
    return Text(f"缺少数据表 {name}", f"its table {name} is missing")


def plain(written: object) -> str:
    """Return what stands where a name should, fit to be printed."""
    return str(written)[:40].encode("ascii", "replace").decode()


def _which(seq: object, name: object, visit_id: object) -> tuple[str, str]:
    number = plain(seq)
    if name is None:
        return f"记录 {number}", f"record {number}"
    what, whose = plain(name), plain(visit_id)
    return f"记录 {number}（业务 {whose} 的 {what}）", f"record {number} ({what} of visit {whose})"
