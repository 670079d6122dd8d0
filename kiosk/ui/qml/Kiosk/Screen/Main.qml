import QtQuick
import Kiosk.Style

// The window: the applicant's stage and, for testers, the dock beside it. Shown from Python, at first with a
// picture that needs nothing else; what does is put into it once that is on the panel.
Window {
    id: window

    property bool kiosk: true
    property bool docked: false
    // Diagonal of the panel in millimetres; 0 draws a 21.5-inch panel as large as the window allows.
    property real panelDiagonal: 0

    readonly property bool ready: stage.status === Loader.Ready && (!window.docked || dock.status === Loader.Ready)
    readonly property bool dockBelow: window.width < window.height
    readonly property int dockSize: !window.docked ? 0 : window.dockBelow ? Math.min(window.height * 0.28, 380) : Math.min(window.width * 0.24, 380)

    function fill(screen: QtObject, tools: QtObject): void {
        stage.setSource("Stage.qml", { screen: screen })
        if (window.docked)
            dock.setSource("../Dock/TesterDock.qml", { dock: tools, across: window.dockBelow })
    }

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

    function step(forward: bool): void {
        const next = window.activeFocusItem ? window.activeFocusItem.nextItemInFocusChain(forward) : null
        if (next)
            next.forceActiveFocus(forward ? Qt.TabFocusReason : Qt.BacktabFocusReason)
    }

    visible: false
    color: Theme.background
    title: qsTr("Endorsement kiosk")
    onClosing: close => close.accepted = !window.kiosk

    FirstPicture {
        anchors.fill: stage
        visible: stage.status !== Loader.Ready
    }
    Loader {
        id: stage
        focus: true
        // A tactile keypad has arrows in the place of Tab.
        Keys.onDownPressed: window.step(true)
        Keys.onRightPressed: window.step(true)
        Keys.onUpPressed: window.step(false)
        Keys.onLeftPressed: window.step(false)
        width: window.width - (window.dockBelow ? 0 : window.dockSize)
        height: window.height - (window.dockBelow ? window.dockSize : 0)
        onWidthChanged: window.measure()
        onHeightChanged: window.measure()
    }
    Loader {
        id: dock
        x: window.dockBelow ? 0 : stage.width
        y: window.dockBelow ? stage.height : 0
        width: window.width - x
        height: window.height - y
    }
}
