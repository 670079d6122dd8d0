import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// What this machine is for.
RowLayout {
    spacing: Theme.gap

    Icon { name: "card"; tone: "#FFFFFF"; size: Math.round(Theme.large * 1.3) }
    Txt {
        text: qsTr("Travel endorsements, while you wait")
        color: "#FFFFFF"
        font.pixelSize: Theme.large
        font.weight: Font.Bold
        lineHeight: 1
        Layout.fillWidth: true
    }
}
