import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// A message that stands out by its sign and frame, not by its colour alone.
Rectangle {
    id: notice

    required property string text
    property string title: ""
    property string tone: "info"
    readonly property color ink: Theme.inkOn(notice.tone)

    implicitWidth: row.implicitWidth + 2 * Theme.space
    implicitHeight: row.implicitHeight + 2 * Theme.gap
    radius: Theme.radius
    color: Theme.fill(notice.tone)
    border.color: notice.ink
    border.width: Theme.stroke
    Accessible.role: Accessible.AlertMessage
    Accessible.name: notice.title === "" ? notice.text : "%1. %2".arg(notice.title).arg(notice.text)

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space
        anchors.rightMargin: Theme.space
        anchors.topMargin: Theme.gap
        anchors.bottomMargin: Theme.gap
        spacing: Theme.space

        Icon {
            name: ({ warning: "warning", danger: "warning", success: "check", quiet: "info" })[notice.tone] ?? "info"
            tone: notice.ink
            size: Math.round(Theme.body * 1.5)
            Layout.alignment: Qt.AlignVCenter
        }
        ColumnLayout {
            spacing: 0

            Txt {
                visible: notice.title !== ""
                text: notice.title
                color: notice.ink
                font.weight: Font.Bold
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Txt {
                visible: notice.text !== ""
                text: notice.text
                color: notice.ink
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }
}
