"""What each part of the screen shows, as plain values: functions of a snapshot, without Qt."""
