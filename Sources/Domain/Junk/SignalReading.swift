extension LeadContract {
    /// The fields of `signals`. A value that cannot be read is no sign of anything: it never stops a lead.
    enum Signal: Sendable {
        case honeypot
        case fillTime
        case token(TokenProvider)
    }

    /// Tokens are some hundred to some thousand bytes; longer ones are something else.
    static let maximumToken = 8192
    /// A page that stays open for longer says no more than this.
    static let maximumFillTime: Duration = .days(7)

    static let signals: [Field] =
        [Field("honeypot", .signal(.honeypot)), Field("fill_time", .signal(.fillTime))]
        + TokenProvider.allCases.map { Field($0.rawValue, .signal(.token($0))) }
}

extension LeadEvent.Signals {
    /// Takes one value in; `nil` if all is well, otherwise a note's words behind the field's name.
    mutating func read(_ value: JSON, as signal: LeadContract.Signal) -> String? {
        switch signal {
        case .honeypot:
            isHoneypotFilled = isHoneypotFilled || value.isSomethingFilledIn
            return nil
        case .fillTime:
            guard value.isScalar, let seconds = Double(value.spelling.trimmed), seconds >= 0 else {
                return "is no number of seconds and is left out"
            }
            let most = Double(LeadContract.maximumFillTime.milliseconds) / 1000
            fillTime = .milliseconds(Int64(min(seconds, most) * 1000))
            return nil
        case .token(let provider):
            guard let text = value.string, text.utf8.count <= LeadContract.maximumToken,
                text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { return "is no token and is left out" }
            if !tokens.contains(where: { $0.provider == provider }) { tokens.append(LeadEvent.Token(provider, text)) }
            return nil
        }
    }

    /// As it is kept. Tokens are good for one question and are not.
    mutating func value(of signal: LeadContract.Signal) -> JSON? {
        switch signal {
        case .honeypot: isHoneypotFilled ? .bool(true) : nil
        case .fillTime: fillTime.map { .number("\(Double($0.milliseconds) / 1000)") }
        case .token: nil
        }
    }
}

extension JSON {
    /// Whether a field that nobody sees was filled in: `false` and `0` are what unticked boxes and counters say.
    var isSomethingFilledIn: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .string(let text): !text.isBlank && text != "false" && text != "0"
        case .number(let text): Double(text) != 0
        case .array(let elements): elements.contains { $0.isSomethingFilledIn }
        case .object(let members): members.contains { $0.value.isSomethingFilledIn }
        }
    }

    /// Without a field at the top level, and whether there was something in it: a honeypot belongs to nobody's data.
    func removing(honeypot name: String) -> (JSON, isFilled: Bool) {
        guard case .object(let members) = self, let index = members.firstIndex(where: { $0.name == name }) else {
            return (self, false)
        }
        let isFilled = members[index].value.isSomethingFilledIn
        return (.object(members.filter { $0.name != name }), isFilled)
    }
}

extension LeadEvent {
    /// Looks for a honeypot of the sender's own name in a document of our shape, and takes it out of the sender's
    /// fields. Whether there was one, so that the document is not kept with it.
    mutating func takeHoneypot(_ name: String, from document: JSON) -> Bool {
        var values = [document[name]].compactMap { $0 }
        if let index = custom.firstIndex(where: { $0.name == name }) { values.append(custom.remove(at: index).value) }
        if values.isEmpty { return false }
        var signals = signals ?? Signals()
        for value in values { _ = signals.read(value, as: .honeypot) }
        keep(signals)
        return true
    }

    /// What says nothing is as if it had not been there.
    mutating func keep(_ signals: Signals) { self.signals = signals.isEmpty ? nil : signals }

    /// As it is kept: what was to be asked about once is gone.
    var withoutTokens: LeadEvent {
        guard var signals, !signals.tokens.isEmpty else { return self }
        signals.tokens = []
        var event = self
        event.keep(signals)
        return event
    }
}

extension Arrangement {
    /// The widgets' fields of a form that a mapping reads: no rule has to name them.
    mutating func addSignals(of document: JSON, isHoneypotFilled: Bool) {
        if isHoneypotFilled { _ = set(JSONPointer(["signals", "honeypot"]), to: .bool(true), from: nil) }
        for name in ["honeypot", "fill_time"] {
            if let value = document[name], !value.isAbsent {
                _ = set(JSONPointer(["signals", name]), to: value, from: JSONPointer([name]).text)
            }
        }
        for provider in TokenProvider.allCases {
            guard let value = document[provider.formField], !value.isAbsent else { continue }
            _ = set(
                JSONPointer(["signals", provider.rawValue]), to: value, from: JSONPointer([provider.formField]).text)
        }
    }
}
