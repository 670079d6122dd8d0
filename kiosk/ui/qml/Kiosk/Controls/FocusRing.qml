import QtQuick
import Kiosk.Style

// Shown around what the keyboard is on; outside the control, so that it is seen on every fill.
Rectangle {
    anchors.fill: parent
    anchors.margins: -Theme.tight
    radius: Theme.radius + Theme.tight
    color: "transparent"
    border.color: Theme.focus
    border.width: Theme.thick
}
