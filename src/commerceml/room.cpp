// Stands in until the room has sources of its own.
