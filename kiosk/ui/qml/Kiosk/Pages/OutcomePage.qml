import QtQuick
import QtQuick.Layouts
import Kiosk.Controls

// Work at the end of a visit: money goes back, the slip is printed, a forgotten card is kept safe.
PageFrame {
    id: page

    centred: true

    title: {
        switch (page.screen.page) {
        case "refunding": return qsTr("Your money is being returned")
        case "slip": return qsTr("Your slip is being printed")
        default: return qsTr("Your card is being kept safe")
        }
    }

    ProgressLine {
        progress: page.screen.work.progress
        Layout.fillWidth: true
    }
    OutcomeFacts {
        outcome: page.screen.outcome
        Layout.fillWidth: true
    }
}
