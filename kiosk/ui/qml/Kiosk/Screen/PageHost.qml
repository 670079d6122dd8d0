import QtQuick
import Kiosk.Backend
import Kiosk.Style

// Shows the page of the view model; a tap meant for the page before is swallowed for a moment.
FocusScope {
    id: host

    required property Screen screen
    readonly property Item page: loader.item as Item
    readonly property bool settled: !guard.running

    readonly property var files: ({
        starting: "StartingPage", recovering: "StatusPage", out_of_service: "StatusPage", welcome: "WelcomePage",
        reading: "BusyPage", comparing: "ComparingPage", not_recognised: "NotRecognisedPage", calling_staff: "CallingStaffPage",
        checking_holder: "CheckingHolderPage", looking_up: "BusyPage", identity: "IdentityPage",
        destination: "DestinationPage", option: "OptionPage", confirm: "ConfirmPage", approving: "BusyPage",
        proving: "BusyPage", method: "MethodPage", opening_payment: "BusyPage", paying: "PayingPage",
        closing_payment: "BusyPage", making: "MakingPage", result: "ResultPage", refunding: "OutcomePage",
        slip: "OutcomePage", returning: "ReturningPage", retaining: "OutcomePage", goodbye: "GoodbyePage"
    })
    // One object for all pages: Qt 6.11 keeps every new one that setSource is given for ever, 64 bytes a page.
    readonly property var given: ({ screen: host.screen })
    readonly property string key: host.screen.pageKey

    function load(): void {
        const file = host.files[host.screen.page]
        const entering = Theme.animations && loader.status !== Loader.Null
        loader.setSource(Qt.resolvedUrl("../Pages/%1.qml".arg(file)), host.given)
        host.forceActiveFocus()
        if (entering) {
            guard.restart()
            entrance.restart()
        }
    }

    onKeyChanged: host.load()
    Component.onCompleted: host.load()

    Loader {
        id: loader
        width: host.width
        height: host.height
        focus: true
    }
    MouseArea {
        anchors.fill: parent
        enabled: guard.running
        visible: guard.running
    }
    Timer {
        id: guard
        interval: 350
    }
    ParallelAnimation {
        id: entrance
        NumberAnimation { target: loader; property: "opacity"; from: 0; to: 1; duration: 180 }
        NumberAnimation { target: loader; property: "x"; from: Theme.wide; to: 0; duration: 220; easing.type: Easing.OutCubic }
    }
}
