pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Controls
import Kiosk.Style

// The front of the machine as a drawing: this screen, and below it scanner, card terminal and reader. The one
// that is wanted is light and framed, with an arrow that points at it.
Rectangle {
    id: front

    required property string place
    property real lift: 0
    readonly property var places: ["scanner", "terminal", "reader"]
    readonly property real unit: front.width / 100

    objectName: "place-" + front.place
    color: Theme.machineBody
    radius: Theme.radius * 2
    Accessible.role: Accessible.Graphic
    Accessible.name: {
        switch (front.place) {
        case "scanner": return qsTr("Picture: the scanner is below this screen, on the left")
        case "terminal": return qsTr("Picture: the card terminal is below this screen, in the middle")
        default: return qsTr("Picture: the reader is below this screen, on the right")
        }
    }

    Rectangle {
        x: 22 * front.unit
        y: 4 * front.unit
        width: 56 * front.unit
        height: 24 * front.unit
        radius: Theme.radius
        color: Theme.highContrast ? "#000000" : "#7FB2F0"
    }
    Repeater {
        model: front.places

        Rectangle {
            id: device
            required property string modelData
            required property int index
            readonly property bool wanted: device.modelData === front.place
            readonly property color ink: Theme.highContrast ? "#000000" : device.wanted ? "#0A3578" : "#C9D5E6"

            x: (6 + 31 * device.index) * front.unit
            y: 45 * front.unit
            width: 26 * front.unit
            height: 23 * front.unit
            radius: Theme.radius
            color: Theme.highContrast ? "#FFFFFF" : device.wanted ? "#FFFFFF" : "#33466A"
            border.color: device.wanted ? (Theme.highContrast ? "#000000" : "#F2A33A") : "transparent"
            border.width: device.wanted ? Theme.mm(1.8) : 0
            opacity: Theme.highContrast && !device.wanted ? 0.35 : 1

            Icon {
                anchors.centerIn: parent
                name: ["qr", "bank", "bus"][device.index]
                tone: device.ink
                size: Math.round(13 * front.unit)
            }
        }
    }
    Icon {
        readonly property int at: Math.max(front.places.indexOf(front.place), 0)
        name: "down"
        tone: Theme.highContrast ? "#000000" : "#FFFFFF"
        size: Math.round(12 * front.unit)
        x: (6 + 31 * at + 13) * front.unit - width / 2
        y: (30 + 3 * front.lift) * front.unit
    }
    SequentialAnimation on lift {
        running: Theme.animations && front.visible
        loops: Animation.Infinite
        NumberAnimation { from: 0; to: 1; duration: 700; easing.type: Easing.InOutSine }
        NumberAnimation { from: 1; to: 0; duration: 700; easing.type: Easing.InOutSine }
    }
}
