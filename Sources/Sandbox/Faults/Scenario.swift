package import Domain

/// Faults with their times: what goes wrong, when it begins and when it is over. Time runs from the moment the scenario
/// is put on.
///
///     {
///       "description": "Meta is down for a day",
///       "faults": [{ "kind": "status", "status": 503, "platform": "meta_ads", "after_s": 7200, "until_s": 93600 }]
///     }
///
/// `test` may hold what a test expects; the sandbox does not look at it.
package struct Scenario: Sendable, Equatable {
    package var description = ""
    package var faults: [Fault] = []

    package init(faults: [Fault]) { self.faults = faults }

    /// A whole scenario, or only a list of faults.
    package init(_ json: JSON) throws(Fault.Mistake) {
        if let list = json.array {
            faults = try Self.faults(list)
            return
        }
        guard let members = json.object else { throw Fault.Mistake(words: "a scenario is an object") }
        for member in members {
            switch member.name {
            case "description":
                guard let text = member.value.string else { throw Fault.Mistake(words: "description must be a text") }
                description = text
            case "faults":
                guard let list = member.value.array else { throw Fault.Mistake(words: "faults must be a list") }
                faults = try Self.faults(list)
            case "test": break
            default: throw Fault.Mistake(words: "\(member.name) is not known")
            }
        }
        guard json["faults"] != nil else { throw Fault.Mistake(words: "faults are missing") }
    }

    private static func faults(_ list: [JSON]) throws(Fault.Mistake) -> [Fault] {
        var faults: [Fault] = []
        for (index, element) in list.enumerated() {
            do throws(Fault.Mistake) {
                faults.append(try Fault(element))
            } catch {
                throw Fault.Mistake(words: "faults[\(index)]: \(error.words)")
            }
        }
        return faults
    }
}

extension Sandbox {
    /// Puts a scenario on in place of all faults; its time begins now.
    package func play(_ scenario: Scenario) {
        let now = now
        faults { faults in
            faults.removeAll()
            for fault in scenario.faults { faults.add(fault, since: now) }
        }
    }
}
