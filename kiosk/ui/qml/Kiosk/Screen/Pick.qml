import QtQuick
import Kiosk.Controls

// One of several settings: the chosen one is filled and ticked.
ActionButton {
    id: pick

    required property bool chosen

    weight: pick.chosen ? "primary" : "secondary"
    iconName: pick.chosen ? "check" : ""
    Accessible.role: Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: pick.chosen
}
