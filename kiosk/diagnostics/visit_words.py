"""The words of a visit for staff and technicians, in both languages: its steps, and what it waits for."""

from collections.abc import Mapping

from kiosk.domain.text import Text
from kiosk.visit import case_effects as cf
from kiosk.visit import effects as f
from kiosk.visit.effects import Effect
from kiosk.visit.model import Step

STEPS: Mapping[Step, Text] = {
    Step.START: Text("尚未开始", "not begun"),
    Step.READING: Text("读取证件", "reading the card"),
    Step.RECOGNISING: Text("人像比对", "comparing the face"),
    Step.NOT_RECOGNISED: Text("比对未通过", "face not recognised"),
    Step.CALLING_STAFF: Text("呼叫工作人员", "calling staff"),
    Step.CHECKING_HOLDER: Text("工作人员核对持证人", "staff check the holder"),
    Step.LOOKING_UP: Text("查询签发机关", "asking the authority"),
    Step.IDENTIFYING: Text("确认身份", "confirming who it is"),
    Step.CHOOSING_DESTINATION: Text("选择地点", "choosing the destination"),
    Step.CHOOSING_OPTION: Text("选择签注", "choosing the endorsement"),
    Step.CONFIRMING: Text("确认申请", "confirming"),
    Step.APPROVING: Text("等待审批", "waiting for approval"),
    Step.PROVING: Text("检查本机能否办理", "checking that the machine can deliver"),
    Step.CHOOSING_METHOD: Text("选择付款方式", "choosing the way to pay"),
    Step.OPENING_PAYMENT: Text("开立订单", "opening the order"),
    Step.PAYING: Text("付款", "paying"),
    Step.CLOSING_PAYMENT: Text("关闭订单", "closing the order"),
    Step.ISSUING: Text("签发", "issuing"),
    Step.PRINTING: Text("打印卡面", "printing the card"),
    Step.INSPECTING: Text("核对卡面", "looking at the film"),
    Step.REPORTING: Text("向签发机关报告", "reporting to the authority"),
    Step.REVIEWING: Text("显示结果", "showing the result"),
    Step.REFUNDING: Text("退款", "refunding"),
    Step.SLIP: Text("打印凭条", "printing the slip"),
    Step.PRESENTING: Text("送出证件", "presenting the card"),
    Step.TAKING: Text("等待取走证件", "waiting until the card is taken"),
    Step.RETAINING: Text("收存证件", "keeping the card safe"),
    Step.ENDED: Text("已结束", "ended"),
}

EFFECTS: Mapping[type[Effect], Text] = {
    f.ReadPermit: Text("读取证件", "the chip to be read"),
    f.CompareHolder: Text("人像比对", "the face to be compared"),
    f.AwaitStaff: Text("工作人员", "staff"),
    f.LookUp: Text("签发机关的记录", "the authority's record"),
    f.Apply: Text("审批", "the approval"),
    f.Withdraw: Text("签发机关收回审批", "the authority to take the approval back"),
    f.ProveMachine: Text("设备自检", "the devices to say that they can"),
    f.OpenPayment: Text("支付网络开立订单", "the network to open the order"),
    f.WatchPayment: Text("付款", "the payment"),
    f.ReadPayerCode: Text("读取付款码", "the payer's code"),
    f.ChargePayerCode: Text("付款码扣款", "the charge of the payer's code"),
    f.ClosePayment: Text("支付网络关闭订单", "the network to close the order"),
    f.Issue: Text("签发机关签发", "the authority to issue"),
    f.PrintCard: Text("打印卡面", "the print of the card"),
    f.InspectCard: Text("核对卡面", "the look at the film"),
    f.ReportPrint: Text("签发机关收到打印结果", "the authority to be told of the print"),
    f.PrintSlip: Text("打印凭条", "the slip"),
    f.RefundPayment: Text("支付网络退款", "the network to refund"),
    f.PresentCard: Text("送出证件", "the card to come out"),
    f.AwaitTaken: Text("取走证件", "the card to be taken"),
    f.RetainCard: Text("收存证件", "the card to be kept"),
    cf.InspectAgain: Text("再次核对卡面", "another look at the film"),
    cf.PrintAgain: Text("重新打印卡面", "another print of the card"),
}
"""What a visit waits for, completing "waits for …"."""

BY_NAME: Mapping[str, Text] = {effect.__name__: text for effect, text in EFFECTS.items()}
