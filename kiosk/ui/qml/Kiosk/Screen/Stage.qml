pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Style

// What the applicant sees: banner, header with the step bar, the page, the bottom bar, and what lies over it.
Rectangle {
    id: stage

    required property Screen screen
    readonly property bool covered: stage.screen.warning || stage.screen.cancelAsked || stage.screen.settingsOpen

    color: Theme.background
    onCoveredChanged: {
        if (!stage.covered)
            host.forceActiveFocus()
    }

    PointHandler {
        onActiveChanged: {
            if (active)
                stage.screen.touched()
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        enabled: !stage.covered

        Banner {
            visible: stage.screen.machine.simulated
            Layout.fillWidth: true
        }
        Header {
            screen: stage.screen
            Layout.fillWidth: true
        }
        PageHost {
            id: host
            objectName: "pageHost"
            screen: stage.screen
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.leftMargin: Theme.landscape ? Theme.mm(16) : Theme.mm(12)
            Layout.rightMargin: Layout.leftMargin
            Layout.topMargin: Theme.wide
            Layout.bottomMargin: Theme.space
        }
        BottomBar {
            screen: stage.screen
            Layout.fillWidth: true
        }
    }
    Loader {
        anchors.fill: parent
        active: stage.screen.cancelAsked && !stage.screen.warning
        sourceComponent: CancelQuestion {
            objectName: "cancelQuestion"
            screen: stage.screen
        }
    }
    Loader {
        anchors.fill: parent
        active: stage.screen.settingsOpen && !stage.screen.warning
        sourceComponent: Settings {
            objectName: "settings"
            screen: stage.screen
        }
    }
    Loader {
        anchors.fill: parent
        active: stage.screen.warning
        sourceComponent: TimeWarning {
            objectName: "timeWarning"
            screen: stage.screen
        }
    }
}
