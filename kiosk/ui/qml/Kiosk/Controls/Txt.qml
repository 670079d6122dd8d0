import QtQuick
import Kiosk.Style

// Running text: wraps, never elides, and never takes markup from data.
Text {
    color: Theme.ink
    font.pixelSize: Theme.body
    lineHeight: Theme.lineHeight
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
}
