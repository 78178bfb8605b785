import Domain

/// The address of a page without what a form may have put into it: e-mail addresses, names, phone numbers.
///
/// Platforms forbid personal data in addresses, and clear text is not to leave. Whatever of the address says something
/// about this very person (`PersonalWords`) is dropped, in any language: parameters and parts of the path. As a second
/// net, parameters are dropped whose name says that a person's data stand there (`email`, `vorname`, `apellido` …).
/// Click ids and campaign parameters stay, and so does everything else.
enum PageAddress {
    /// `nil` if it is no http or https address.
    static func withoutPersonalData(_ address: String, of words: PersonalWords) -> String? {
        let bytes = Array(address.utf8)
        guard let hostStart = lengthOfScheme(bytes) else { return nil }
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
        let question = bytes[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        let path = bytes[hostStart..<question].firstIndex(of: UInt8(ascii: "/")) ?? question
        // Credentials: better no page than this one.
        if bytes[hostStart..<path].contains(UInt8(ascii: "@")) { return nil }
        // Nearly all addresses are as they should be.
        let (paths, query) = (bytes[path..<question], bytes[question..<end])
        if end == bytes.count, !hasPersonalPart(paths, words), !hasPersonalParameter(query, words) { return address }
        // The fragment never reaches a server; a single-page form may keep personal data there.
        var result = Array(bytes[..<path])
        for part in paths.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        where !paths.isEmpty {
            result.append(UInt8(ascii: "/"))
            if !words.isIn(part) { result += part }
        }
        var separator = UInt8(ascii: "?")
        for parameter in query.dropFirst().split(separator: UInt8(ascii: "&")) where !isPersonal(parameter, words) {
            result.append(separator)
            result += parameter
            separator = UInt8(ascii: "&")
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hasPersonalPart(_ paths: ArraySlice<UInt8>, _ words: PersonalWords) -> Bool {
        var start = paths.startIndex
        while start < paths.endIndex {
            let part = paths[(start + 1)...].prefix { $0 != UInt8(ascii: "/") }
            if words.isIn(part) { return true }
            start = part.endIndex
        }
        return false
    }

    private static func hasPersonalParameter(_ query: ArraySlice<UInt8>, _ words: PersonalWords) -> Bool {
        var start = query.startIndex
        while start < query.endIndex {
            let parameter = query[(start + 1)...].prefix { $0 != UInt8(ascii: "&") }
            if isPersonal(parameter, words) { return true }
            start = parameter.endIndex
        }
        return false
    }

    private static func lengthOfScheme(_ bytes: [UInt8]) -> Int? {
        let start = bytes.prefix(8).map(Folding.lower)
        if start.starts(with: "https://".utf8) { return 8 }
        return start.starts(with: "http://".utf8) ? 7 : nil
    }

    private static func isPersonal(_ parameter: ArraySlice<UInt8>, _ words: PersonalWords) -> Bool {
        let name = parameter.prefix { $0 != UInt8(ascii: "=") }
        if clickNames.contains(where: name.elementsEqual) { return false }
        let isCampaign = name.starts(with: "utm_".utf8) || name.starts(with: "gad_".utf8)
        if words.isIn(parameter, withNames: !isCampaign) { return true }
        return !isCampaign && isPersonalName(name)
    }

    /// Made by the platforms at random: what looks like a name or a number in them is none.
    private static let clickNames = [
        "gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "li_fat_id", "twclid", "gclsrc",
    ].map { Array($0.utf8) }

    // MARK: The second net

    private static func isPersonalName(_ name: ArraySlice<UInt8>) -> Bool {
        var text = Array(name)
        while let decoded = PersonalWords.percentDecoded(text) { text = decoded }
        let letters = Folding.fold(text).filter { $0 &- 0x61 < 26 || $0 >= 0x80 }
        if wholeNames.contains(letters) { return true }
        return partsOfNames.contains(where: letters.contains(bytes:))
    }

    /// Found anywhere in a parameter's name.
    private static let partsOfNames = """
        mail phone telefon mobile mobil handy celular movil firstname lastname fullname surname forename vorname \
        nachname
        familienname prenom apellido sobrenome cognome imie nazwisko voornaam achternaam fornavn efternavn etternavn \
        fornamn
        efternamn etunimi sukunimi prijmeni jmeno keresztnev vezeteknev soyad geburt birth naissance nacimiento \
        nascimento
        nascita urodzenia strasse street adresse address direccion endereco indirizzo yourname customername \
        contactname clientname username personname leadname имя фамилия телефон почта
        """.split(whereSeparator: \.isWhitespace).map { Folding.fold(String($0)) }

    /// Found only when nothing else stands there: each is a part of other words.
    private static let wholeNames = Set(
        """
        name first last fname lname firstn lastn tel telephone dob born nom nombre nome naam navn namn nimi nev cell fax
        rue calle via ulica gatan contact kontakt
        """.split(whereSeparator: \.isWhitespace).map { Folding.fold(String($0)) })
}
