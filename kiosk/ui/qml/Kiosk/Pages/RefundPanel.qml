import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// One refund, announced large: how much, by which way, under which number, what to expect and when.
Panel {
    id: panel

    required property var refund
    required property string caseNumber
    readonly property bool voucher: panel.refund.state === "voucher"
    readonly property string way: Words.channel(panel.refund.channel)

    objectName: "refund"
    border.color: Theme.primary
    spacing: Theme.tight

    RowLayout {
        spacing: Theme.space
        Layout.fillWidth: true

        Icon {
            name: ({ done: "check", under_way: "hourglass" })[panel.refund.state] ?? "slip"
            tone: panel.refund.state === "done" ? Theme.successInk : Theme.primary
            size: Theme.mm(12)
        }
        Txt {
            objectName: "refundAmount"
            text: panel.refund.amount
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            color: Theme.primary
            lineHeight: 1
            wrapMode: Text.NoWrap
            Accessible.ignored: true
        }
        Heading {
            level: 2
            text: {
                switch (panel.refund.state) {
                case "done": return qsTr("was returned to %1").arg(panel.way)
                case "under_way": return qsTr("is being returned to %1").arg(panel.way)
                case "voucher": return qsTr("is paid out to you by staff")
                default: return qsTr("will be returned to %1").arg(panel.way)
                }
            }
            Accessible.name: "%1 %2".arg(panel.refund.amount).arg(text)
            Layout.fillWidth: true
        }
    }
    Txt {
        objectName: "refundExpect"
        text: {
            switch (panel.refund.state) {
            case "done":
                return panel.refund.channel === "card"
                    ? qsTr("It goes to the card you paid with. Your bank may need a few working days to show it.")
                    : qsTr("It goes back the way you paid. A balance has it within minutes; a bank card may need a few working days.")
            case "under_way": return qsTr("The network is being asked. This page says at once when it has answered.")
            case "voucher":
                return qsTr("Yang Cheng Tong takes no money back. Staff in this hall pay it out against your case number %1.")
                    .arg(panel.caseNumber)
            default:
                return qsTr("The network has not confirmed it yet. Staff see to it under your case number; you need not come back.")
            }
        }
        Layout.fillWidth: true
    }
    Txt {
        objectName: "refundNumber"
        visible: !panel.voucher
        text: qsTr("Refund number %1").arg(panel.refund.number)
        color: Theme.softInk
        wrapMode: Text.WrapAnywhere
        Layout.fillWidth: true
    }
    Check {
        visible: panel.voucher
        iconName: "slip"
        text: qsTr("Your voucher: the slip, or a photo of this screen.")
        Layout.fillWidth: true
    }
}
