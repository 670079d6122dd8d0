pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The card is being made: each piece of work with its sign, and the time that is left.
PageFrame {
    id: page

    centred: true

    readonly property var work: page.screen.work
    readonly property var steps: ["issuing", "printing", "inspecting", "reporting"]
    readonly property int at: page.steps.indexOf(page.work.step)

    title: qsTr("Your card is being made")
    intro: qsTr("Please stay here. The card comes back when everything is done.")

    Panel {
        spacing: Theme.space
        Layout.fillWidth: true

        Repeater {
            model: page.steps

            Check {
                required property string modelData
                required property int index
                readonly property bool over: index < page.at
                readonly property bool now: index === page.at
                iconName: over ? "check" : now ? "right" : "clock"
                tone: over ? Theme.successInk : now ? Theme.ink : Theme.softInk
                strong: now
                text: {
                    switch (modelData) {
                    case "issuing": return over ? qsTr("Endorsement issued") : qsTr("The endorsement is being issued")
                    case "printing": return over ? qsTr("Card printed") : qsTr("The old text is erased and the new one printed")
                    case "inspecting": return over ? qsTr("Card checked") : qsTr("The printed card is read and checked")
                    default: return qsTr("The authority is told")
                    }
                }
                Layout.fillWidth: true
            }
        }
        ProgressLine {
            objectName: "progress"
            progress: page.work.progress
            Layout.fillWidth: true
            Layout.topMargin: Theme.gap
        }
        Txt {
            objectName: "remaining"
            text: page.work.remainingS < 0 ? qsTr("How long this takes is not known.")
                : page.work.remainingS === 0 ? qsTr("Done in a moment.")
                : qsTr("About %1 left").arg(Words.seconds(page.work.remainingS))
            font.pixelSize: Theme.large
            Layout.fillWidth: true
        }
    }
    Notice {
        text: qsTr("If your card cannot be made, the money is returned to you in full.")
        Layout.fillWidth: true
    }
}
