"""Digital I/O boards: Modbus over TCP and serial lines, shared by lights and cabinet sensors."""
