import QtQuick

Text {
    color: "#E8EAED"
    font.pixelSize: 13
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
}
