import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// One line of a list with its sign: done, ready, not ready, or just a point to mind.
RowLayout {
    id: check

    required property string text
    property string iconName: "check"
    property color tone: Theme.ink
    property bool strong: false

    spacing: Theme.gap
    Accessible.role: Accessible.ListItem
    Accessible.name: check.text

    Icon {
        name: check.iconName
        tone: check.tone
        size: Math.round(Theme.body * 1.15)
        Layout.alignment: Qt.AlignTop
        Layout.topMargin: Math.round(Theme.body * 0.1)
    }
    Txt {
        text: check.text
        color: check.tone
        font.weight: check.strong ? Font.Bold : Font.Normal
        Layout.fillWidth: true
        Accessible.ignored: true
    }
}
