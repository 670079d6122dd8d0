import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// One application approved online.
Tile {
    id: tile

    required property var application

    spoken: qsTr("Print: %1, %2, %3").arg(tile.application.destination).arg(tile.application.kind).arg(cost.text)

    RowLayout {
        spacing: Theme.space
        Layout.fillWidth: true

        Icon { name: "cloud"; tone: Theme.primary; size: Theme.mm(12) }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true

            Txt {
                text: qsTr("%1 – %2").arg(tile.application.destination).arg(tile.application.kind)
                font.weight: Font.Bold
                Accessible.ignored: true
                Layout.fillWidth: true
            }
            Txt {
                id: cost
                text: qsTr("%1, %2").arg(Words.variant(tile.application.months, tile.application.entries))
                    .arg(tile.application.paid ? qsTr("already paid") : tile.application.fee)
                Accessible.ignored: true
                Layout.fillWidth: true
            }
        }
        Icon { name: "right"; tone: Theme.primary }
    }
}
