extension Unicode.Scalar {
    /// Whether it does something to a reader's screen instead of standing on it: moves the cursor, colours, answers for
    /// the user (C0, delete and C1 controls, ECMA-48), ends a line or a paragraph, or turns the order of what stands
    /// around it (bidirectional controls, UAX #9). Tabs and line ends are plain text.
    package var controlsScreen: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: false
        case ..<0x20, 0x7F...0x9F: true
        case 0x2028, 0x2029, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
