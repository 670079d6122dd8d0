import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The payment code, how much, how long it is good, and the button for those who have just paid.
PageFrame {
    id: page

    readonly property var payment: page.screen.payment

    title: qsTr("Please scan with %1").arg(Words.channel(page.payment.channel))

    actions: [
        ActionButton {
            objectName: "paid"
            weight: "primary"
            iconName: page.payment.asking ? "hourglass" : "check"
            text: page.payment.asking ? qsTr("Asking the network…") : qsTr("I have paid")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.askPayment()
        }
    ]

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide * 2
        rowSpacing: Theme.space
        Layout.alignment: Qt.AlignHCenter

        Rectangle {
            objectName: "code"
            color: "#FFFFFF"
            radius: Theme.radius
            border.color: Theme.line
            border.width: Theme.stroke
            implicitWidth: Theme.landscape ? Theme.mm(105) : Theme.mm(130)
            implicitHeight: implicitWidth
            Layout.alignment: Qt.AlignHCenter
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("Payment code")

            Image {
                anchors.fill: parent
                anchors.margins: Theme.tight
                source: page.screen.code
                cache: false
                smooth: false
                fillMode: Image.PreserveAspectFit
            }
        }
        ColumnLayout {
            spacing: Theme.space
            Layout.maximumWidth: Theme.mm(190)
            Layout.alignment: Theme.landscape ? Qt.AlignVCenter : Qt.AlignHCenter

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
                visible: page.screen.codeSeconds >= 0

                Ring {
                    objectName: "countdown"
                    seconds: page.screen.codeSeconds
                    whole: page.payment.shownS
                }
                Txt {
                    text: qsTr("The code is good for this long. After that you can get a new one.")
                    Layout.fillWidth: true
                }
            }
            Check { iconName: "phone"; text: qsTr("Open the app on your phone, scan, and confirm the amount."); Layout.fillWidth: true }
            Check { iconName: "safe"; text: qsTr("The machine notices by itself when you have paid."); Layout.fillWidth: true }
        }
    }
}
