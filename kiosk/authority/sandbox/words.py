"""The words of the tester's page, each once, in both languages."""

from kiosk.authority.sandbox.books import IssueState, OutageMode
from kiosk.domain.permit import HolderCategory, PermitStatus
from kiosk.domain.text import Text

TITLE = Text("模拟签发机关", "Simulated issuing authority")
INTRODUCTION = Text(
    "仅供测试。这里的持证人均为虚构；自助机通过签名接口查询、申请和回报打印结果。",
    "For tests only. The holders are invented; the kiosk looks up, applies and reports through signed calls.",
)
OTHER_LANGUAGE = Text("English", "中文")
HOLDER = Text("持证人", "Holder")
STANDING = Text("证件状态", "Standing")
ENDORSEMENTS = Text("现有签注", "Endorsements on record")
WAITING = Text("待打印的网上申请", "Approved online, to be printed")
HISTORY = Text("本机关签发", "Issued here")
APPLY_ONLINE = Text("网上申请（立即批准）", "Apply online (approved at once)")
PAID = Text("已在网上缴费", "fee paid online")
SUBMIT = Text("提交", "Submit")
REFUSALS = Text("对其申请", "Applications are")
BY_RULES = Text("按规则审批", "decided by the rules")
REFUSE_WITH = Text("不予批准：{reason}", "refused: {reason}")
OUTAGES = Text("故障", "Outages")
NO_OUTAGE = Text("服务正常", "The service works")
OPERATION = Text("接口", "Call")
ALL_CALLS = Text("全部接口", "all calls")
TIMES = Text("次数（留空为持续）", "Times (empty: until lifted)")
LIFT = Text("恢复正常", "Lift")
RESET = Text("全部复位", "Reset everything")
UNTIL = Text("有效期至 {day}", "valid until {day}")
NONE = Text("无", "none")

STATUS = {
    PermitStatus.VALID: Text("有效", "valid"),
    PermitStatus.CANCELLED: Text("已注销", "cancelled"),
    PermitStatus.REPORTED_LOST: Text("已挂失", "reported lost"),
}
CATEGORY = {
    HolderCategory.ORDINARY: Text("普通", "ordinary"),
    HolderCategory.STATE_EMPLOYEE: Text("登记备案国家工作人员", "registered state employee"),
    HolderCategory.MILITARY: Text("现役军人", "military"),
}
ISSUE_STATE = {
    IssueState.ISSUED: Text("已签发，未回报", "issued, not yet reported"),
    IssueState.PRINTED: Text("已打印", "printed"),
    IssueState.REPLACED: Text("已被新签注取代", "replaced by a newer one"),
    IssueState.CANCELLED: Text("未打印，已作废", "not printed, cancelled"),
}
OUTAGE = {
    OutageMode.DOWN: Text("停止服务（503）", "out of service (503)"),
    OutageMode.LOST: Text("已办理，但答复丢失", "acted upon, but the answer is lost"),
    OutageMode.FORGED: Text("签名错误的答复", "answers with a wrong signature"),
    OutageMode.SILENT: Text("不答复", "no answer"),
}
