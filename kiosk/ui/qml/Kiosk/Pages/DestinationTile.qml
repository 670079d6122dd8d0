pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// One destination: what is on the card for it now, and how much it offers or why nothing.
Tile {
    id: tile

    required property var destination

    verticalPadding: Theme.space
    offered: tile.destination.offered > 0
    spoken: "%1. %2".arg(tile.destination.name).arg(summary.text)

    Item { Layout.fillHeight: true }
    Icon {
        name: ({ HKG: "city", MAC: "tower" })[tile.destination.code] ?? "island"
        tone: tile.offered ? Theme.primary : Theme.softInk
        size: Theme.mm(24)
    }
    Heading {
        text: tile.destination.name
        level: 1
        color: tile.offered ? Theme.ink : Theme.softInk
        Accessible.ignored: true
        Layout.fillWidth: true
    }
    Txt {
        id: summary
        text: {
            if (!tile.offered)
                return qsTr("Not possible today: %1").arg(tile.destination.reason)
            return tile.destination.offered === 1 ? qsTr("1 option for you")
                : qsTr("%1 options for you").arg(tile.destination.offered)
        }
        color: tile.offered ? Theme.ink : Theme.softInk
        Accessible.ignored: true
        Layout.fillWidth: true
    }
    Repeater {
        model: tile.destination.endorsements

        Txt {
            required property var modelData
            text: modelData.entriesLeft >= 0
                ? qsTr("On your card: %1, %2").arg(modelData.kind).arg(Words.entriesLeft(modelData.entriesLeft))
                : qsTr("On your card: %1, %2").arg(modelData.kind).arg(Words.entries(modelData.entries))
            color: Theme.softInk
            Accessible.ignored: true
            Layout.fillWidth: true
        }
    }
    Item { Layout.fillHeight: true }
}
