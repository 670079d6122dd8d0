import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The machine is being put together behind the screen.
PageFrame {
    centred: true

    Item { Layout.preferredHeight: Theme.wide }
    StartingWords {
        Layout.fillWidth: true
    }
}
