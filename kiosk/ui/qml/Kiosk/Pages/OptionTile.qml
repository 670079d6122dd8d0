import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// One option: how long, how often, until when, what it costs.
Tile {
    id: tile

    required property var option
    required property string kind

    spoken: "%1, %2, %3, %4".arg(tile.kind).arg(what.text).arg(until.text).arg(fee.text)

    RowLayout {
        spacing: Theme.gap
        Layout.fillWidth: true

        Txt {
            id: what
            text: Words.variant(tile.option.months, tile.option.entries)
            font.weight: Font.Bold
            Accessible.ignored: true
            Layout.fillWidth: true
        }
        Txt {
            id: fee
            text: tile.option.fee
            font.pixelSize: Theme.large
            font.weight: Font.Bold
            color: Theme.primary
            Accessible.ignored: true
            Layout.alignment: Qt.AlignTop
        }
    }
    Txt {
        id: until
        text: qsTr("valid until %1").arg(tile.option.validUntil)
        Accessible.ignored: true
        Layout.fillWidth: true
    }
    Check {
        visible: tile.option.cancels
        iconName: "warning"
        tone: Theme.warningInk
        text: qsTr("replaces the one on your card")
        Accessible.ignored: true
        Layout.fillWidth: true
    }
    Item { Layout.fillHeight: true }
}
