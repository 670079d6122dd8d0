import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Style

// What the applicant sees: banner, header with the step bar, the page, the bottom bar, and what lies over it.
Rectangle {
    id: stage
    objectName: "stage"

    required property Screen screen
    readonly property bool covered: stage.screen.warning || stage.screen.cancelAsked || stage.screen.settingsOpen

    color: Theme.background
    onCoveredChanged: {
        if (!stage.covered)
            host.forceActiveFocus()
    }
    // The screen is gone already when the window that closes takes the focus away.
    Window.onActiveFocusItemChanged: stage.screen?.touched()

    Binding { target: Theme; property: "textSize"; value: stage.screen.textSize }
    Binding { target: Theme; property: "highContrast"; value: stage.screen.highContrast }

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
            Layout.leftMargin: Theme.margin
            Layout.rightMargin: Layout.leftMargin
            Layout.topMargin: Theme.wide
            Layout.bottomMargin: Theme.space
        }
        BottomBar {
            screen: stage.screen
            Layout.fillWidth: true
        }
    }
    Over {
        screen: stage.screen
        file: "CancelQuestion.qml"
        up: stage.screen.cancelAsked && !stage.screen.warning
    }
    Over {
        screen: stage.screen
        file: "Settings.qml"
        up: stage.screen.settingsOpen && !stage.screen.warning
    }
    Over {
        screen: stage.screen
        file: "TimeWarning.qml"
        up: stage.screen.warning
    }

    // Loaded when it is first wanted: the first frame waits for nothing that it does not show.
    component Over: Loader {
        id: over

        required property Screen screen
        required property string file
        required property bool up
        // One object for all times: see PageHost.
        readonly property var given: ({ screen: over.screen })

        anchors.fill: parent
        onUpChanged: {
            if (over.up)
                over.setSource(over.file, over.given)
            else
                over.source = ""
        }
    }
}
