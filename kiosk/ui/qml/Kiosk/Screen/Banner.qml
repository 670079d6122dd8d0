import QtQuick
import Kiosk.Controls
import Kiosk.Style

// Shown whenever any device is simulated, in both languages: nobody may take this for the real thing.
Rectangle {
    implicitHeight: words.implicitHeight + 2 * Theme.tight
    color: Theme.highContrast ? "#FFFFFF" : "#3E2700"
    Accessible.role: Accessible.StaticText
    Accessible.name: words.text

    Txt {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        // The same in every language, hence not for translation.
        text: "SIMULATED · 模拟设备"
        color: Theme.highContrast ? "#000000" : "#FFFFFF"
        font.weight: Font.Bold
        lineHeight: 1
        horizontalAlignment: Text.AlignHCenter
        Accessible.ignored: true
    }
}
