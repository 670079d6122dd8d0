import QtQuick

DockText {
    color: "#F2B84B"
    font.weight: Font.Bold
}
