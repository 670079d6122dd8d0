pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// How to pay, among the ways that work right now.
PageFrame {
    id: page

    readonly property var payment: page.screen.payment

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
        Layout.minimumHeight: Theme.landscape ? Theme.mm(40) : 0

        Repeater {
            model: page.payment.methods

            Tile {
                id: method
                required property var modelData
                objectName: "method-" + modelData.name
                offered: modelData.ready
                spoken: method.offered ? Words.channel(modelData.name) : qsTr("%1: not now").arg(Words.channel(modelData.name))
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: page.screen.chooseMethod(modelData.name)

                Item { Layout.fillHeight: true }
                RowLayout {
                    spacing: Theme.space
                    Layout.fillWidth: true

                    Icon {
                        name: ({ alipay: "phone", wechat: "chat", unionpay: "qr", card: "bank", yct: "bus" })[method.modelData.name] ?? "money"
                        tone: method.offered ? Theme.primary : Theme.softInk
                        size: Theme.mm(16)
                    }
                    ColumnLayout {
                        spacing: 0
                        Layout.fillWidth: true

                        Heading {
                            text: Words.channel(method.modelData.name)
                            level: 2
                            color: method.offered ? Theme.ink : Theme.softInk
                            Accessible.ignored: true
                            Layout.fillWidth: true
                        }
                        Txt {
                            text: method.offered ? qsTr("Scan a code with your phone") : qsTr("Not available right now")
                            color: Theme.softInk
                            Accessible.ignored: true
                            Layout.fillWidth: true
                        }
                    }
                }
                Item { Layout.fillHeight: true }
            }
        }
    }
    Txt {
        text: qsTr("The fee is %1. If your card cannot be made, the money goes back by itself.").arg(page.payment.amount)
        color: Theme.softInk
        Layout.fillWidth: true
    }
}
