import QtQuick
import Kiosk.Style

// Honest progress: a share where it is known, else a piece that wanders.
Item {
    id: line

    required property real progress
    readonly property bool known: line.progress >= 0

    implicitHeight: Theme.mm(4)
    Accessible.role: Accessible.ProgressBar
    Accessible.name: line.known ? qsTr("%1 percent done").arg(Math.round(100 * line.progress)) : qsTr("Working")

    Rectangle {
        anchors.fill: parent
        radius: height / 2
        color: Theme.sunken
        border.color: Theme.line
        border.width: Theme.stroke
        clip: true

        Rectangle {
            id: done
            height: parent.height
            radius: height / 2
            color: Theme.primary
            width: line.known ? Math.max(parent.width * line.progress, height) : parent.width / 4

            Behavior on width {
                enabled: Theme.animations && line.known
                NumberAnimation { duration: 400 }
            }
            SequentialAnimation on x {
                running: Theme.animations && !line.known && line.visible
                loops: Animation.Infinite
                NumberAnimation { from: 0; to: line.width * 0.75; duration: 1400; easing.type: Easing.InOutSine }
                NumberAnimation { from: line.width * 0.75; to: 0; duration: 1400; easing.type: Easing.InOutSine }
            }
        }
    }
}
