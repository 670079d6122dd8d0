import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Options of one kind that are not offered, with the one reason for all of them.
ColumnLayout {
    id: group

    required property var refused

    spacing: 0
    Accessible.role: Accessible.ListItem
    Accessible.name: "%1, %2: %3".arg(group.refused.kind).arg(variants.text).arg(group.refused.reason)

    Txt {
        text: group.refused.kind
        font.weight: Font.Bold
        color: Theme.softInk
        Accessible.ignored: true
        Layout.fillWidth: true
    }
    Txt {
        id: variants
        text: group.refused.variants.map(row => Words.variant(row.months, row.entries)).join(qsTr("; "))
        color: Theme.softInk
        Accessible.ignored: true
        Layout.fillWidth: true
    }
    Check {
        iconName: "info"
        tone: Theme.softInk
        text: group.refused.reason
        Accessible.ignored: true
        Layout.fillWidth: true
    }
}
