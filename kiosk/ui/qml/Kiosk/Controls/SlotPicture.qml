import QtQuick
import Kiosk.Style

// The card and the slot of the machine: `entering` shows how to put it in, else how it comes out.
// The card lies back side up, its end with the QR code towards the slot, which is at the right.
Item {
    id: picture

    property bool entering: true
    property real travel: picture.entering ? 0.25 : 0.45
    readonly property int cardWidth: Math.round(picture.width * 0.5)

    implicitWidth: Theme.mm(120)
    implicitHeight: Theme.mm(62)
    clip: true
    Accessible.role: Accessible.Graphic
    Accessible.name: picture.entering
        ? qsTr("Picture: the card goes in back side up, the QR code first") : qsTr("Picture: the card comes out")

    PermitBack {
        id: card
        breadth: picture.cardWidth
        anchors.verticalCenter: parent.verticalCenter
        x: Math.round(slot.x - width + picture.travel * width)
    }
    Rectangle {
        id: slot
        x: Math.round(picture.width * 0.62)
        width: picture.width - x
        height: parent.height
        radius: Theme.radius
        color: Theme.machineBody

        Rectangle {
            x: Theme.mm(2)
            width: Theme.mm(2)
            height: card.height + Theme.mm(5)
            anchors.verticalCenter: parent.verticalCenter
            radius: width / 2
            color: Theme.highContrast ? "#000000" : "#7FB2F0"
        }
    }
    Icon {
        name: picture.entering ? "right" : "left"
        tone: Theme.highContrast ? "#000000" : "#FFFFFF"
        size: Math.round(slot.width * 0.4)
        anchors.verticalCenter: slot.verticalCenter
        x: slot.x + Math.round((slot.width - width) / 2) + Theme.mm(2)
    }
    SequentialAnimation on travel {
        running: Theme.animations && picture.visible
        loops: Animation.Infinite
        PauseAnimation { duration: 700 }
        NumberAnimation {
            from: picture.entering ? 0.05 : 0.95
            to: picture.entering ? 0.95 : 0.1
            duration: 1700
            easing.type: Easing.InOutCubic
        }
        PauseAnimation { duration: 900 }
    }
}
