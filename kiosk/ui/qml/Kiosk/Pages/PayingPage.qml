pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The one page on which money is paid: what to do now for the way that was chosen, how much, how long, and
// the other way round where there is one.
PageFrame {
    id: page

    readonly property var payment: page.screen.payment
    readonly property bool scans: page.payment.prompt === "scan_code"

    title: words.title

    actions: [
        ActionButton {
            objectName: "paid"
            visible: page.scans
            enabled: !page.payment.asking
            weight: "primary"
            iconName: page.payment.asking ? "hourglass" : "check"
            text: page.payment.asking ? qsTr("Asking the network…") : qsTr("I have paid")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.askPayment()
        },
        ActionButton {
            objectName: "otherSide"
            visible: page.payment.otherSide !== ""
            iconName: page.payment.otherSide === "show_code" ? "phone" : "qr"
            text: page.payment.otherSide === "show_code" ? qsTr("Show my code to the scanner instead")
                : qsTr("Scan a code on this screen instead")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.turnPayment()
        }
    ]

    PromptWords {
        id: words
        prompt: page.payment.prompt
        channel: page.payment.channel
        renewal: page.payment.renewal
    }
    Notice {
        objectName: "note"
        // Only about the code that was just shown: why an earlier order brought nothing is said before.
        visible: page.payment.note !== "" && page.payment.prompt === "show_code"
        tone: "warning"
        text: page.payment.note
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide * 2
        rowSpacing: Theme.space
        Layout.alignment: Qt.AlignHCenter

        Loader {
            Layout.alignment: Qt.AlignHCenter | Qt.AlignTop
            Layout.preferredWidth: page.scans ? Theme.mm(Theme.landscape ? 105 : 130) : Theme.mm(Theme.landscape ? 130 : 150)
            Layout.preferredHeight: page.scans ? Layout.preferredWidth : Math.round(Layout.preferredWidth * 0.72)
            sourceComponent: page.scans ? code : place
        }
        ColumnLayout {
            spacing: Theme.space
            Layout.maximumWidth: Theme.mm(200)
            Layout.alignment: Theme.landscape ? Qt.AlignTop : Qt.AlignHCenter

            Txt {
                objectName: "amount"
                text: page.payment.amount
                font.pixelSize: Theme.display
                font.weight: Font.Bold
                color: Theme.primary
                lineHeight: 1
                Accessible.name: qsTr("Amount: %1").arg(text)
            }
            RowLayout {
                spacing: Theme.space
                visible: page.screen.codeSeconds >= 0 && !words.waits

                Ring {
                    objectName: "countdown"
                    seconds: page.screen.codeSeconds
                    whole: page.payment.shownS
                }
                Txt {
                    text: words.time
                    Layout.fillWidth: true
                }
            }
            ProgressLine {
                objectName: "working"
                visible: words.waits
                progress: -1
                Layout.fillWidth: true
            }
            Notice {
                objectName: "alarm"
                visible: words.alarm !== ""
                tone: "warning"
                text: words.alarm
                Layout.fillWidth: true
            }
            Repeater {
                model: words.steps

                Check {
                    required property var modelData
                    iconName: modelData[0]
                    text: modelData[1]
                    Layout.fillWidth: true
                }
            }
            Notice {
                objectName: "renewed"
                visible: page.scans && page.payment.renewals > 0
                text: qsTr("This is a new code. The one before is closed and cannot be charged any more.")
                Layout.fillWidth: true
            }
            Notice {
                objectName: "notYet"
                visible: page.scans && page.payment.notYet
                tone: "quiet"
                text: qsTr("The network has not seen your payment yet. Do not pay again: it can take some seconds, and the machine keeps asking.")
                Layout.fillWidth: true
            }
        }
    }

    Component {
        id: code
        PaymentCode { source: page.screen.code }
    }
    Component {
        id: place
        PlacePicture { place: words.place }
    }
}
