pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// How to pay: every way that the machine has; one that does not work right now says why.
PageFrame {
    id: page

    readonly property var payment: page.screen.payment
    readonly property var phones: page.payment.methods.filter(way => way.payerCode)

    title: qsTr("Approved. How would you like to pay %1?").arg(page.payment.amount)

    Notice {
        objectName: "note"
        visible: page.payment.note !== ""
        tone: "warning"
        text: page.payment.note
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.landscape ? 3 : 1
        columnSpacing: Theme.space
        rowSpacing: Theme.space
        uniformCellWidths: true
        Layout.fillWidth: true

        Repeater {
            model: page.payment.methods

            WayTile {
                required property var modelData
                objectName: "method-" + modelData.name
                way: modelData
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.minimumHeight: Theme.landscape ? Theme.mm(38) : 0
                onClicked: page.screen.chooseMethod(modelData.name)
            }
        }
    }
    Panel {
        objectName: "showCode"
        visible: page.phones.length > 0
        Layout.fillWidth: true

        RowLayout {
            spacing: Theme.space
            Layout.fillWidth: true

            Icon { name: "qr"; tone: Theme.primary; size: Theme.mm(10) }
            Txt {
                text: qsTr("Or show the payment code on your phone to the scanner:")
                Layout.fillWidth: true
            }
        }
        GridLayout {
            columns: Theme.landscape ? Math.max(page.phones.length, 1) : 1
            columnSpacing: Theme.space
            rowSpacing: Theme.gap
            uniformCellWidths: true
            Layout.fillWidth: true

            Repeater {
                model: page.phones

                ActionButton {
                    required property var modelData
                    objectName: "code-" + modelData.name
                    text: Words.channel(modelData.name)
                    Accessible.name: qsTr("Show the payment code of %1 to the scanner").arg(text)
                    Layout.fillWidth: true
                    onClicked: page.screen.showPayerCode(modelData.name)
                }
            }
        }
    }
    Txt {
        text: qsTr("The fee is %1. If your card cannot be made, it is returned in full.").arg(page.payment.amount)
        color: Theme.softInk
        Layout.fillWidth: true
    }
}
