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
    // Nothing to touch on it: then it stands in the middle of a portrait panel, not within reach.
    property bool centred: false
    default property alias content: pane.content
    property alias actions: row.data
    property alias spacing: pane.spacing

    function scrolledTo(item: Item): void {
        pane.show(item)
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.space

        // In portrait short pages sink to the bottom, within everybody's reach.
        Item {
            visible: !Theme.landscape
            Layout.fillHeight: true
            Layout.bottomMargin: -Theme.space
        }
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
            Layout.maximumHeight: Theme.landscape ? Number.POSITIVE_INFINITY : implicitHeight
        }
        Item {
            visible: !Theme.landscape && frame.centred
            Layout.fillHeight: true
            Layout.topMargin: -Theme.space
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
