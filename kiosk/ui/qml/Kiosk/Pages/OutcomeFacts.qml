pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Three answers in plain words: what happened, where the money is, where the card is; and the number.
ColumnLayout {
    id: facts

    required property var outcome

    spacing: Theme.space

    Notice {
        objectName: "what"
        visible: facts.outcome.endedEarly && text !== ""
        tone: facts.outcome.mild ? "info" : "danger"
        text: facts.outcome.what
        Layout.fillWidth: true
    }
    Repeater {
        model: facts.outcome.refunds

        RefundPanel {
            required property var modelData
            refund: modelData
            caseNumber: facts.outcome.isCase ? facts.outcome.number : ""
            Layout.fillWidth: true
        }
    }
    GridLayout {
        columns: facts.width > Theme.mm(300) && number.visible ? 2 : 1
        columnSpacing: Theme.space
        rowSpacing: Theme.space
        uniformCellWidths: true
        Layout.fillWidth: true

        Panel {
            Layout.fillWidth: true
            Layout.fillHeight: true

            Check {
                objectName: "money"
                visible: facts.outcome.refunds.length === 0
                iconName: "money"
                text: {
                    const amount = facts.outcome.amount
                    switch (facts.outcome.money) {
                    case "paid": return qsTr("You paid %1.").arg(amount)
                    case "going_back": return qsTr("%1 is being returned the way you paid it.").arg(amount)
                    case "refunded": return qsTr("%1 was returned the way you paid it. Your bank may take a few days to show it.").arg(amount)
                    case "refund_by_staff": return qsTr("%1 will be returned to you. The refund is not finished yet; staff see to it. You need not come back.").arg(amount)
                    case "undecided": return qsTr("It is not known yet whether %1 was charged. If it was, it is returned to you in full.").arg(amount)
                    case "being_looked_into": return qsTr("You paid %1. Staff check your card, and return the money if it was not printed.").arg(amount)
                    default: return qsTr("Nothing was charged.")
                    }
                }
                Layout.fillWidth: true
            }
            Check {
                objectName: "card"
                iconName: "card"
                text: {
                    switch (facts.outcome.card) {
                    case "presented": return qsTr("Your card is at the slot. Please take it.")
                    case "drawn_back": return qsTr("Nobody took your card, so the machine draws it in and keeps it safe.")
                    case "taken": return qsTr("You have your card back.")
                    case "retained": return qsTr("Your card is kept safe in the machine. Staff return it to you against your number.")
                    case "removed": return qsTr("You took the card out yourself.")
                    case "unknown": return qsTr("The machine cannot see your card. Please call staff before you leave.")
                    default: return qsTr("Your card comes back in a moment.")
                    }
                }
                Layout.fillWidth: true
            }
            Check {
                visible: facts.outcome.slip !== ""
                iconName: "slip"
                text: facts.outcome.slip === "printed" ? qsTr("Your slip has been printed. Please take it.")
                    : qsTr("The slip could not be printed. Please note the number below or take a photo of this screen.")
                Layout.fillWidth: true
            }
        }
        CaseNumber {
            id: number
            visible: facts.outcome.number !== "" && (facts.outcome.isCase || (facts.outcome.endedEarly && !facts.outcome.mild) || facts.outcome.slip === "failed")
            outcome: facts.outcome
            Layout.fillWidth: true
        }
    }
}
