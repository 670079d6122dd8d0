import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Controls
import Kiosk.Style

// Staff number, then PIN. The PIN is never shown, is gone once it is sent, and after a while without a touch.
GridLayout {
    id: form

    required property Colleague colleague
    property string number: ""
    property string pin: ""
    property bool atPin: false
    readonly property bool ready: !form.colleague.judging && (form.atPin ? form.pin.length === 6 : form.number.length >= 3)

    signal forgotten()

    function press(digit: string): void {
        quiet.restart()
        if (form.atPin)
            form.pin = (form.pin + digit).slice(0, 6)
        else
            form.number = (form.number + digit).slice(0, 8)
    }

    function erase(): void {
        quiet.restart()
        if (!form.atPin)
            form.number = form.number.slice(0, -1)
        else if (form.pin === "")
            form.atPin = false
        else
            form.pin = form.pin.slice(0, -1)
    }

    function enter(): void {
        quiet.restart()
        if (!form.ready)
            return
        if (!form.atPin) {
            form.atPin = true
            return
        }
        const pin = form.pin
        form.pin = ""
        form.colleague.identify(form.number, pin)
    }

    columns: Theme.landscape ? 2 : 1
    columnSpacing: Theme.wide
    rowSpacing: Theme.space

    Timer {
        id: quiet
        interval: 30000
        running: true
        onTriggered: form.forgotten()
    }
    ColumnLayout {
        spacing: Theme.gap
        Layout.alignment: Qt.AlignTop
        Layout.fillWidth: true

        Panel {
            Layout.fillWidth: true

            Facts {
                objectName: "typed"
                pairs: [
                    { label: qsTr("Staff number"), value: form.number + (form.atPin ? "" : "_"), strong: !form.atPin },
                    { label: qsTr("PIN"), value: "●".repeat(form.pin.length) + (form.atPin ? "_" : ""), strong: form.atPin }
                ]
                Layout.fillWidth: true
            }
        }
        Notice {
            objectName: "denial"
            visible: form.colleague.denial !== "" && !form.colleague.judging
            tone: "warning"
            text: {
                switch (form.colleague.denial) {
                case "locked": return qsTr("Too many wrong PINs: this number is taken again from %1 on.").arg(form.colleague.lockedUntil)
                case "unavailable": return qsTr("The list of staff cannot be read: please serve the applicant at the counter.")
                default:
                    return form.colleague.lockedUntil === "" ? qsTr("Number or PIN is wrong.")
                        : qsTr("Number or PIN is wrong, too often now: this number is taken again from %1 on.").arg(form.colleague.lockedUntil)
                }
            }
            Layout.fillWidth: true
        }
        Txt {
            text: form.colleague.judging ? qsTr("One moment, please") : qsTr("What you do here is written down with your staff number, never with your PIN.")
            color: Theme.softInk
            Layout.fillWidth: true
        }
    }
    DigitPad {
        ready: form.ready
        last: form.atPin
        Layout.alignment: Theme.landscape ? Qt.AlignTop : Qt.AlignHCenter
        onDigit: digit => form.press(digit)
        onErase: form.erase()
        onEnter: form.enter()
    }
}
