extension Collection where Element: Comparable {
    /// The middle one by size, of an even number the larger of the two; `nil` of none. Few that are far off do not move
    /// it.
    package var middle: Element? { isEmpty ? nil : sorted()[count / 2] }
}
