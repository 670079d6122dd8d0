import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// One endorsement in two lines: where and what kind; until when and how often.
ColumnLayout {
    id: line

    required property var row
    property color tone: Theme.ink
    readonly property string when: [
        qsTr("valid until %1").arg(line.row.validUntil),
        line.row.entriesLeft >= 0 ? Words.entriesLeft(line.row.entriesLeft) : Words.entries(line.row.entries)
    ].join(qsTr(", "))

    spacing: 0
    Accessible.role: Accessible.ListItem
    Accessible.name: "%1, %2".arg(what.text).arg(line.when)

    Txt {
        id: what
        text: qsTr("%1 – %2").arg(line.row.destination).arg(line.row.kind)
        color: line.tone
        font.weight: Font.Bold
        Layout.fillWidth: true
        Accessible.ignored: true
    }
    Txt {
        text: line.row.live ? line.when : qsTr("%1 (no longer usable)").arg(line.when)
        color: line.tone
        Layout.fillWidth: true
        Accessible.ignored: true
    }
}
