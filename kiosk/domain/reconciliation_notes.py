"""What reconciliation tells staff about a difference: what it is, and what to do."""

from kiosk.domain.text import Text

NOTHING = Text("", "")

AMOUNTS = Text("请与渠道商户平台核对", "compare with the network's merchant platform")
TWICE = Text("重复入账，请人工退回：{transactions}", "give back by hand: {transactions}")
NO_ORDER = Text("日志中没有该订单", "the journal has no such order")
OTHER_CHANNEL = Text("该订单号属于另一渠道", "the order of this number is another channel's")
NOT_CONFIRMED = Text("渠道查询结果不予确认", "the network's answer does not confirm it")
VISIT_OPEN = Text(
    "该次办理尚未结束，请先执行 kiosk recover", "the visit is still open: run kiosk recover first"
)
PAY_OUT = Text("已记账；该卡不能退款，请人工付还", "booked; the card takes nothing back: pay it out by hand")
REFUND_OPEN = Text("已记账；退款尚未完成", "booked; the refund is not final yet")
NO_REFUND = Text("日志中没有该退款", "the journal knows of no such refund")
WRONG_TAC = Text("TAC 有误，运营方不会结算", "the TAC is wrong: the operator will not pay for it")
DOUBTFUL = Text(
    "扣款存疑：只有同一张卡再次放到读卡器上才能确认",
    "in doubt: only the same card at the reader can tell whether it was debited",
)
