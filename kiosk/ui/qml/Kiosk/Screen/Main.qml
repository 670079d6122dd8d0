import QtQuick
import Kiosk.Backend
import Kiosk.Style

// The window: the applicant's stage and, for testers, the dock beside it. Shown from Python.
Window {
    id: window

    required property Screen view
    property Dock dock: null
    property bool kiosk: true
    // Diagonal of the panel in millimetres; 0 draws a 21.5-inch panel as large as the window allows.
    property real panelDiagonal: 0

    readonly property bool dockBelow: window.width < window.height
    readonly property int dockSize: window.dock === null ? 0 : window.dockBelow ? Math.min(window.height * 0.28, 380) : Math.min(window.width * 0.24, 380)

    function measure(): void {
        const width = stage.width
        const height = stage.height
        if (width <= 0 || height <= 0)
            return
        const long = Math.max(width, height)
        const short = Math.min(width, height)
        Theme.landscape = width >= height
        Theme.pixelsPerMm = window.panelDiagonal > 0
            ? Math.hypot(window.width, window.height) / window.panelDiagonal
            : Math.min(long / 476, short / 268)
    }

    visible: false
    color: Theme.background
    title: qsTr("Endorsement kiosk")
    onClosing: close => close.accepted = !window.kiosk
    onActiveFocusItemChanged: window.view.touched()

    Binding { target: Theme; property: "textSize"; value: window.view.textSize }
    Binding { target: Theme; property: "highContrast"; value: window.view.highContrast }

    Stage {
        id: stage
        objectName: "stage"
        screen: window.view
        width: window.width - (window.dockBelow ? 0 : window.dockSize)
        height: window.height - (window.dockBelow ? window.dockSize : 0)
        onWidthChanged: window.measure()
        onHeightChanged: window.measure()
    }
    Loader {
        active: window.dock !== null
        x: window.dockBelow ? 0 : stage.width
        y: window.dockBelow ? stage.height : 0
        width: window.width - x
        height: window.height - y
        Component.onCompleted: {
            if (window.dock !== null)
                setSource(Qt.resolvedUrl("../Dock/TesterDock.qml"), { dock: window.dock, across: window.dockBelow })
        }
    }
}
