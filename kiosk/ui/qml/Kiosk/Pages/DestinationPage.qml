pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Where to; or print what was approved online. Remaining entries stand beside each destination.
PageFrame {
    id: page

    readonly property var choice: page.screen.choice

    title: page.choice.applications.length > 0 ? qsTr("What would you like to do?") : qsTr("Where do you want to go?")

    Heading {
        visible: page.choice.applications.length > 0
        text: qsTr("Print what was approved online")
        level: 2
        Layout.fillWidth: true
    }
    GridLayout {
        visible: page.choice.applications.length > 0
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.space
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true

        Repeater {
            model: page.choice.applications

            ApplicationTile {
                required property var modelData
                objectName: "application-" + modelData.applicationNo
                application: modelData
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: page.screen.chooseApplications([modelData.applicationNo])
            }
        }
        ActionButton {
            objectName: "application-all"
            visible: page.choice.together.length > 0
            weight: "primary"
            iconName: "printer"
            text: qsTr("Print all of these together")
            Layout.fillWidth: true
            onClicked: page.screen.chooseApplications(page.choice.together)
        }
    }
    Heading {
        visible: page.choice.applications.length > 0 && page.choice.destinations.length > 0
        text: qsTr("Apply for a new endorsement")
        level: 2
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
    }
    GridLayout {
        columns: Theme.landscape ? Math.max(page.choice.destinations.length + (page.choice.both.length > 0 ? 1 : 0), 2) : 1
        columnSpacing: Theme.space
        rowSpacing: Theme.space
        uniformCellWidths: true
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.landscape && page.choice.applications.length === 0 ? Theme.mm(90) : 0

        Repeater {
            model: page.choice.destinations

            DestinationTile {
                required property var modelData
                objectName: "destination-" + modelData.code
                destination: modelData
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: page.screen.chooseDestinations([modelData.code])
            }
        }
        Tile {
            objectName: "destination-both"
            visible: page.choice.both.length > 0
            spoken: qsTr("Both together: two endorsements in one visit")
            Layout.fillWidth: true
            Layout.fillHeight: true
            verticalPadding: Theme.space
            onClicked: page.screen.chooseDestinations(page.choice.both)

            Item { Layout.fillHeight: true }
            Icon { name: "route"; tone: Theme.primary; size: Theme.mm(24) }
            Heading { text: qsTr("Both together"); level: 1; Accessible.ignored: true; Layout.fillWidth: true }
            Txt {
                text: qsTr("Two endorsements in one visit, one after the other. Each has its own fee.")
                Accessible.ignored: true
                Layout.fillWidth: true
            }
            Item { Layout.fillHeight: true }
        }
    }
    Notice {
        visible: page.choice.both.length === 0 && page.choice.applications.length === 0
            && page.choice.destinations.every(row => row.offered === 0)
        tone: "warning"
        title: qsTr("Nothing can be applied for today")
        text: qsTr("Please take your card back with “End” below. At a window staff can tell you more.")
        Layout.fillWidth: true
    }
}
