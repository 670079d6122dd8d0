import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// One way to pay: what has to be done for it, or why it does not work right now.
Tile {
    id: tile

    required property var way

    offered: tile.way.ready
    spoken: qsTr("%1: %2").arg(Words.channel(tile.way.name)).arg(how.text)

    Item { Layout.fillHeight: true }
    RowLayout {
        spacing: Theme.space
        Layout.fillWidth: true

        Icon {
            name: Words.channelIcon(tile.way.name)
            tone: tile.offered ? Theme.primary : Theme.softInk
            size: Theme.mm(16)
        }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true

            Heading {
                text: Words.channel(tile.way.name)
                level: 2
                color: tile.offered ? Theme.ink : Theme.softInk
                Accessible.ignored: true
                Layout.fillWidth: true
            }
            Txt {
                id: how
                text: {
                    if (!tile.offered)
                        return Words.notNow(tile.way.whyNot)
                    switch (tile.way.name) {
                    case "card": return qsTr("Tap, insert or swipe it at the terminal")
                    case "yct": return qsTr("Hold the card to the reader")
                    default: return qsTr("Scan a code with your phone")
                    }
                }
                color: Theme.softInk
                Accessible.ignored: true
                Layout.fillWidth: true
            }
        }
    }
    Item { Layout.fillHeight: true }
}
