/// The names under which fields are kept, as `custom` can have them.
struct CustomNames {
    private var count = 0
    /// Leaves room for a number behind it.
    private static let cutLength = LeadContract.maximumCustomName - 2

    mutating func put(_ field: OtherField, in arrangement: inout Arrangement) {
        var name = field.name.oneLine
        if !name.isAtMost(LeadContract.maximumCustomName) {
            name = name.cut(to: Self.cutLength)
            arrangement.notes.add(
                "mapping: a field's name of more than \(LeadContract.maximumCustomName) characters was cut")
        }
        guard !name.isEmpty else {
            arrangement.notes.add("mapping: a field without a name is left out")
            return
        }
        guard count < LeadContract.maximumCustomFields else {
            if count == LeadContract.maximumCustomFields {
                arrangement.notes.add("mapping: only \(count) fields are kept in custom")
                count += 1
            }
            return
        }
        var place = JSONPointer(["custom", name])
        // Two questions may have one name, or begin alike.
        for number in 2...9 where arrangement.isSet(place) {
            place.names[1] = "\(name.cut(to: Self.cutLength)) \(number)"
        }
        arrangement.put(field.value, at: place, from: field.place)
        count += 1
    }
}

extension String {
    /// Its first Unicode scalars.
    fileprivate func cut(to length: Int) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(length))).trimmed
    }

    /// Without blanks at its ends, and with a blank for every white space and control character inside.
    fileprivate var oneLine: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let isBlank = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
            scalars.append(isBlank ? " " : scalar)
        }
        return String(scalars).trimmed
    }
}
