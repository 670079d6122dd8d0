import QtQuick
import QtQuick.Layouts
import Kiosk.Style
import Kiosk.Backend

// What every page is: a heading, a sentence, its content in a scrolling pane, its buttons below.
FocusScope {
    id: frame

    required property Screen screen
    property string title: ""
    property string intro: ""
    default property alias content: pane.content
    property alias actions: row.data
    property alias spacing: pane.spacing

    function scrolledTo(item: Item): void {
        pane.show(item)
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.space

        Heading {
            objectName: "title"
            visible: frame.title !== ""
            text: frame.title
            level: 1
            Layout.fillWidth: true
        }
        Txt {
            visible: frame.intro !== ""
            text: frame.intro
            color: Theme.softInk
            Layout.fillWidth: true
            Layout.topMargin: -Theme.gap
        }
        ScrollPane {
            id: pane
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
        RowLayout {
            visible: row.children.length > 0
            Layout.fillWidth: true

            Item { Layout.fillWidth: Theme.landscape }
            ActionRow {
                id: row
                Layout.fillWidth: !Theme.landscape
            }
        }
    }
}
