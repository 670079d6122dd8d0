import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Controls
import Kiosk.Style

// Always at the same place, low on the panel: language and settings left; back and end right.
Rectangle {
    id: bar

    required property Screen screen
    readonly property bool oneLine: left.implicitWidth + right.implicitWidth + Theme.mm(40) < bar.width

    implicitHeight: grid.implicitHeight + 2 * Theme.gap
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.stroke
        color: Theme.hairline
    }
    GridLayout {
        id: grid
        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: anchors.leftMargin
        anchors.topMargin: Theme.gap
        anchors.bottomMargin: Theme.gap
        columns: bar.oneLine ? 2 : 1
        columnSpacing: Theme.wide
        rowSpacing: Theme.gap

        RowLayout {
            id: right
            visible: bar.screen.canGoBack || bar.screen.canCancel
            spacing: Theme.gap
            layoutDirection: Qt.RightToLeft
            Layout.column: bar.oneLine ? 1 : 0
            Layout.row: 0
            Layout.alignment: Qt.AlignRight

            ActionButton {
                objectName: "cancel"
                visible: bar.screen.canCancel
                weight: "danger"
                iconName: "cross"
                text: qsTr("End")
                onClicked: bar.screen.askCancel()
            }
            ActionButton {
                objectName: "back"
                visible: bar.screen.canGoBack
                iconName: "left"
                text: bar.screen.page === "paying" ? qsTr("Another way to pay") : qsTr("Back")
                onClicked: bar.screen.goBack()
            }
        }
        RowLayout {
            id: left
            spacing: Theme.gap
            Layout.column: 0
            Layout.row: bar.oneLine ? 0 : 1
            Layout.fillWidth: true

            ActionButton {
                objectName: "language"
                iconName: "globe"
                // Each language in its own words, hence not for translation.
                text: bar.screen.language === "en" ? "简体中文" : "English"
                onClicked: bar.screen.switchLanguage()
            }
            ActionButton {
                objectName: "accessibility"
                iconName: "person"
                text: qsTr("Easier to read")
                onClicked: bar.screen.openSettings()
            }
            Item { Layout.fillWidth: true }
        }
    }
}
