pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Everything to agree to: items, dates, fee, and what will be cancelled.
PageFrame {
    id: page

    readonly property var order: page.screen.order

    title: qsTr("Please check and confirm")

    actions: [
        ActionButton {
            objectName: "confirm"
            weight: "primary"
            iconName: "check"
            text: page.order.free ? qsTr("Confirm and print") : qsTr("Confirm and apply")
            Layout.row: Theme.landscape ? 0 : 1
            Layout.column: 0
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.confirmOrder()
        },
        RowLayout {
            spacing: Theme.space
            Layout.row: 0
            Layout.column: Theme.landscape ? 1 : 0
            Layout.rightMargin: Theme.landscape ? Theme.wide : 0
            Accessible.role: Accessible.StaticText
            Accessible.name: "%1 %2".arg(sum.text).arg(total.text)

            Txt { id: sum; text: qsTr("Total"); font.pixelSize: Theme.large; Accessible.ignored: true }
            Txt {
                id: total
                objectName: "total"
                text: page.order.total
                font.pixelSize: Theme.title
                font.weight: Font.Bold
                color: Theme.primary
                lineHeight: 1.1
                Accessible.ignored: true
                Layout.fillWidth: true
            }
        }
    ]

    Notice {
        objectName: "cancels"
        visible: page.order.cancelled.length > 0
        tone: "warning"
        title: qsTr("The new endorsement cancels the one you have:")
        text: page.order.cancelled.map(row => qsTr("%1 – %2, valid until %3, %4").arg(row.destination).arg(row.kind)
            .arg(row.validUntil).arg(row.entriesLeft >= 0 ? Words.entriesLeft(row.entriesLeft) : Words.entries(row.entries)))
            .join("\n")
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.landscape && page.order.items.length > 1 ? 2 : 1
        columnSpacing: Theme.space
        rowSpacing: Theme.space
        uniformCellWidths: true
        Layout.fillWidth: true

        Repeater {
            model: page.order.items

            ItemPanel {
                required property var modelData
                item: modelData
                Layout.fillWidth: true
                Layout.fillHeight: true
            }
        }
    }
    Txt {
        visible: !page.order.free
        text: qsTr("Your application is decided first. You pay only when it is approved and the machine has proved that it can print.")
        color: Theme.softInk
        Layout.fillWidth: true
    }
}
