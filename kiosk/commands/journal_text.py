"""What `kiosk journal` prints: text in the language of staff, or plain values for JSON."""

import json
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from kiosk.commands.speaking import Speaker
from kiosk.diagnostics import case_words, visit_words
from kiosk.domain.beijing import BEIJING
from kiosk.domain.failure import FailureCode
from kiosk.domain.text import Text
from kiosk.journal.acceptance import Accepted
from kiosk.journal.head import Head
from kiosk.journal.store import Journal, Record, Standing
from kiosk.visit.model import Step

WHOLE = Text(
    "流水完整：{count} 条记录均与写入时一致。",
    "The journal is whole: each of its {count} records is as it was written.",
)
WHOLE_UP_TO = Text("流水到记录 {count} 为止是完整的。", "The journal is whole up to record {count}.")
UNKNOWN = Text("无法证明末尾未被截断：{why}。", "That nothing was cut off cannot be said: {why}.")
UNKNOWN_AFTER = Text(
    "无法证明记录 {seq} 之后未被截断：{why}。",
    "That nothing was cut off after record {seq} cannot be said: {why}.",
)
ACCEPT = Text(
    "先用异地保存的链尾核对（--head）。若无从得知，可由工作人员确认并记录在案：kiosk journal accept-loss",
    "Compare with a head kept elsewhere first (--head). Where there is none, staff may accept it, on record:"
    " kiosk journal accept-loss",
)
BROKEN = Text("流水不完整：{where}。", "The journal is broken: {where}.")
WHEN_BROKEN = Text(
    "请停止服务，保存整个状态目录，并按 docs/operations.md 的 “Damaged” 处理。",
    'Stop the service, keep the whole state folder, and follow docs/operations.md, "Damaged".',
)
_ACCEPTED = Text(
    "保存的链尾曾在有 {since} 条记录时丢失；那之前末尾是否被截断，无从得知。",
    "The kept end was lost when there were {since} records; nobody knows whether any were cut off then.",
)
_ACCEPTED_BY = Text(
    "确认人：{by}，{at}（记录 {seq}）：{reason}", "Accepted by {by} on {at} (record {seq}): {reason}"
)
_WHO = Text("{name}（{role}，{how}）", "{name} ({role}, {how})")
_VERIFIED = Text("工号 {number}", "staff number {number}")
_NOT_VERIFIED = Text("身份未验证", "not verified")
NOTHING_TO_ACCEPT = Text("没有需要确认的链尾丢失。", "There is no lost end to accept.")
REASON = Text(
    "--reason：理由须为 1 至 {most} 个可显示字符", "--reason: a reason has 1 to {most} printable characters"
)
DENIED = Text(
    "未确认身份：工号或 PIN 不对，或已锁定", "Not taken for staff: number or PIN is wrong, or locked"
)
EXPORTED = Text("已将 {count} 条记录写入 {out}", "{count} records written to {out}")
NOT_WRITTEN = Text("{path} 无法写入：{why}", "{path} cannot be written: {why}")
NOT_READ = Text("{path} 无法读取：{why}", "{path} cannot be read: {why}")
EXPORT_BROKEN = Text("导出文件不完整：{where}。", "The export is broken: {where}.")
EXPORT_WHOLE = Text(
    "机器 {kiosk} 的导出文件完整：{count} 条记录，签名时间 {at}。",
    "The export of kiosk {kiosk} is whole: {count} records, signed {at}.",
)
NO_HEAD = Text("{path}：{why}", "{path}: {why}")
NO_KEY = Text(
    "{path} 不是公钥：请使用 kiosk journal key 的输出",
    "{path} is no public key: use what `kiosk journal key` printed",
)
OTHER_KEY = Text(
    "{path} 不是 Ed25519 公钥：请使用 kiosk journal key 的输出",
    "{path} is no Ed25519 key: use what `kiosk journal key` printed",
)
NAME_ONE = Text("请指定一笔业务，或给出 --older-than 天数。", "Name a visit, or give --older-than DAYS.")
IN_USE = Text(
    "另一个程序正在 {folder} 中运行：请先停止它",
    "another kiosk works in {folder}: stop it, or choose another --state",
)
KEPT = Text("{visit} 保留：{why}。", "{visit} is kept: {why}.")
FORGOTTEN = Text("已遗忘：{count}。", "Forgotten: {count}.")
TRACES = Text(
    "另一个程序正在读取流水；在它结束之前，journal.db-wal 中仍有密钥。",
    "Another program reads the journal; until it ends, the log still holds the keys.",
)
NO_VISIT = Text("流水中没有业务 {visit}", "there is no visit {visit} in this journal")

_VISITS = (
    Text("业务", "visit"),
    Text("步骤", "step"),
    Text("已打印", "printed"),
    Text("提前结束", "ended early"),
    Text("未结事项", "open"),
)
_RECORDS = (
    Text("记录", "record"),
    Text("时间", "time (Beijing)"),
    Text("类别", "what"),
    Text("名称", "name"),
    Text("动作", "effect"),
)
_KINDS = {"event": Text("事件", "event"), "intent": Text("意图", "intent"), "note": Text("附注", "note")}
_OTHER = Text("其他", "other")
_YES, _NO, _GONE = Text("是", "yes"), Text("否", "no"), Text("已遗忘", "forgotten")
_FILE, _CHECKED = Text("文件", "file"), Text("记录", "records")


def verified(journal: Journal, known: Head | None, say: Speaker) -> Text | None:
    """Check the journal while a terminal shows how far it has come; return where it is broken."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say(_FILE), total=None)

        def watch(seq: int) -> None:
            progress.update(task, description=say(_CHECKED), completed=seq, total=journal.length)

        return journal.verify(known, watch)


def print_accepted(accepted: Accepted, say: Speaker) -> None:
    """Tell who accepted that the kept end was lost."""
    of = accepted.acceptance
    how = say(_VERIFIED).format(number=of.by.number) if of.by.verified else say(_NOT_VERIFIED)
    by = say(_WHO).format(name=of.by.name, role=say(case_words.ROLES[of.by.role]), how=how)
    at = f"{accepted.at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    typer.echo(say(_ACCEPTED).format(since=of.since))
    typer.echo(say(_ACCEPTED_BY).format(by=by, at=at, seq=accepted.seq, reason=of.reason))


def print_visits(journal: Journal, standings: tuple[Standing, ...], say: Speaker, *, as_json: bool) -> None:
    """List visits, one row each."""
    rows = [_row(journal, one) for one in standings]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(*(Column(say(name), overflow="fold") for name in _VISITS))
    for row in rows:
        early = row["ended_early"]
        table.add_row(
            row["visit"],
            say(visit_words.STEPS[Step(row["step"])]),
            say({"yes": _YES, "no": _NO, "forgotten": _GONE}[row["printed"]]),
            say(case_words.failure(FailureCode(early))) if early else "",
            say.listed(case_words.CASES[kind] for kind in row["open"].split(", ") if kind),
        )
    Console().print(table)


def _row(journal: Journal, standing: Standing) -> dict[str, Any]:
    row: dict[str, Any] = {"visit": standing.visit_id, "step": standing.step}
    if standing.forgotten:
        return row | {"printed": "forgotten", "ended_early": None, "open": ""}
    visit = journal.fold(standing.visit_id).visit
    return row | {
        "printed": "yes" if visit.printed else "no",
        "ended_early": visit.ending.code if visit.ending else None,
        "open": ", ".join(visit.cases),
    }


def print_story(records: list[Record], say: Speaker, *, as_json: bool) -> None:
    """Tell a visit, record by record; what is personal only in JSON."""
    if as_json:
        typer.echo(json.dumps([_plain(record) for record in records], ensure_ascii=False, indent=2))
        return
    table = Table(*map(say, _RECORDS))
    for record in records:
        number = "" if record.number is None else str(record.number)
        at = f"{record.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        table.add_row(str(record.seq), at, say(_KINDS.get(record.kind, _OTHER)), record.name, number)
    Console().print(table)


def _plain(record: Record) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "visit": record.visit_id,
        "kind": record.kind,
        "name": record.name,
        "effect": record.number,
        "at": record.at.isoformat(),
        "fields": None if record.fields is None else json.loads(record.fields),
    }
