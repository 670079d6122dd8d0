import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// One endorsement of the order.
Panel {
    id: panel

    required property var item

    RowLayout {
        spacing: Theme.space
        Layout.fillWidth: true

        Heading {
            text: qsTr("%1 – %2").arg(panel.item.destination).arg(panel.item.kind)
            level: 2
            Layout.fillWidth: true
        }
        Txt {
            text: panel.item.prepaid ? qsTr("already paid") : panel.item.fee
            font.pixelSize: Theme.large
            font.weight: Font.Bold
            color: Theme.primary
            Layout.alignment: Qt.AlignTop
        }
    }
    Facts {
        pairs: [
            { label: qsTr("Validity"), value: Words.variant(panel.item.months, panel.item.entries) },
            { label: qsTr("Valid until"), value: panel.item.validUntil },
            { label: qsTr("Stay"), value: Words.stay(panel.item.stayDays) }
        ]
        Layout.fillWidth: true
    }
}
