pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Controls
import Kiosk.Style

// Text size and contrast, at once visible; forgotten at the end of the visit.
Overlay {
    id: settings
    objectName: "settings"

    required property Screen screen

    Heading {
        text: qsTr("Easier to read")
        level: 1
        Layout.fillWidth: true
    }
    Txt { text: qsTr("Text size"); font.weight: Font.Bold; Layout.fillWidth: true }
    GridLayout {
        columns: Theme.landscape && Theme.textSize < 3 ? 4 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true

        Repeater {
            model: [qsTr("Small"), qsTr("Normal"), qsTr("Large"), qsTr("Largest")]

            Pick {
                required property string modelData
                required property int index
                objectName: "textSize-" + index
                text: modelData
                chosen: settings.screen.textSize === index
                Layout.fillWidth: true
                onClicked: settings.screen.chooseTextSize(index)
            }
        }
    }
    Txt { text: qsTr("Contrast"); font.weight: Font.Bold; Layout.fillWidth: true }
    GridLayout {
        columns: 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true

        Pick {
            objectName: "contrast-normal"
            text: qsTr("Normal")
            chosen: !settings.screen.highContrast
            Layout.fillWidth: true
            onClicked: settings.screen.chooseHighContrast(false)
        }
        Pick {
            objectName: "contrast-high"
            text: qsTr("White on black")
            chosen: settings.screen.highContrast
            Layout.fillWidth: true
            onClicked: settings.screen.chooseHighContrast(true)
        }
    }
    Txt {
        text: qsTr("These settings end with your visit.")
        color: Theme.softInk
        Layout.fillWidth: true
    }
    ActionRow {
        Layout.fillWidth: true

        ActionButton {
            objectName: "closeSettings"
            weight: "primary"
            iconName: "check"
            text: qsTr("Done")
            Layout.fillWidth: true
            onClicked: settings.screen.closeSettings()
        }
        ActionButton {
            objectName: "resetSettings"
            text: qsTr("As at the start")
            Layout.fillWidth: true
            onClicked: settings.screen.resetPreferences()
        }
    }
}
