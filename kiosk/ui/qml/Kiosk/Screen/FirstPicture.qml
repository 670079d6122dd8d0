import QtQuick
import Kiosk.Pages
import Kiosk.Style

// The stage as it looks while the machine starts, drawn before any of the machine is loaded: it may need
// nothing from Python but the icons.
Rectangle {
    color: Theme.background

    Rectangle {
        id: header
        width: parent.width
        height: name.implicitHeight + 2 * Theme.gap
        color: Theme.primary

        MachineName {
            id: name
            x: Theme.margin
            y: Theme.gap
            width: parent.width - 2 * x
        }
    }
    StartingWords {
        id: words
        x: Theme.margin
        y: Theme.landscape ? header.height + 2 * Theme.wide + Theme.space : (parent.height - height) / 2
        width: parent.width - 2 * x
    }
}
