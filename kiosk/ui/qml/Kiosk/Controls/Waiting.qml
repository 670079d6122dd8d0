pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Style

// Three dots that show that something is going on; at most one change of brightness a second.
Row {
    id: waiting

    property int phase: 0

    spacing: Theme.gap
    Accessible.ignored: true

    Repeater {
        model: 3

        Rectangle {
            id: dot
            required property int index
            width: Theme.mm(4)
            height: width
            radius: width / 2
            color: dot.index === waiting.phase ? Theme.primary : Theme.sunken
            border.color: Theme.line
            border.width: Theme.stroke
        }
    }
    Timer {
        interval: 500
        repeat: true
        running: Theme.animations && waiting.visible
        onTriggered: waiting.phase = (waiting.phase + 1) % 3
    }
}
