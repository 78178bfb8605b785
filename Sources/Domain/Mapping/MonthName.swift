/// The months as sites in these languages write them: English, German, French, Spanish, Italian, Dutch, Portuguese,
/// Polish, Swedish and Danish, in full and by the short forms of Unicode's CLDR.
enum MonthName {
    /// 1 to 12; `nil` if it is no month in any of the languages.
    static func number(of name: String) -> Int? { numbers[name.lowercased()] }

    private static let names: [[String]] = [
        [
            "january", "januar", "janvier", "enero", "gennaio", "januari", "janeiro", "styczeń", "stycznia",
            "jan", "janv", "ene", "gen", "sty",
        ],
        [
            "february", "februar", "février", "febrero", "febbraio", "februari", "fevereiro", "luty", "lutego",
            "feb", "févr", "fev", "lut",
        ],
        [
            "march", "märz", "mars", "marzo", "maart", "março", "marzec", "marca", "marts", "mar", "mär", "mrz", "mrt",
        ],
        ["april", "avril", "abril", "aprile", "kwiecień", "kwietnia", "apr", "avr", "abr", "kwi"],
        ["may", "mai", "mayo", "maggio", "mei", "maio", "maj", "maja", "mag"],
        ["june", "juni", "juin", "junio", "giugno", "junho", "czerwiec", "czerwca", "jun", "giu", "cze"],
        ["july", "juli", "juillet", "julio", "luglio", "julho", "lipiec", "lipca", "jul", "juil", "lug", "lip"],
        [
            "august", "août", "agosto", "augustus", "sierpień", "sierpnia", "augusti", "aug", "ago", "sie",
        ],
        [
            "september", "septembre", "septiembre", "settembre", "setembro", "wrzesień", "września",
            "sep", "sept", "set", "wrz",
        ],
        [
            "october", "oktober", "octobre", "octubre", "ottobre", "outubro", "październik", "października",
            "oct", "okt", "ott", "out", "paź",
        ],
        ["november", "novembre", "noviembre", "novembro", "listopad", "listopada", "nov", "lis"],
        [
            "december", "dezember", "décembre", "diciembre", "dicembre", "dezembro", "grudzień", "grudnia",
            "dec", "dez", "déc", "dic", "gru",
        ],
    ]

    private static let numbers: [String: Int] = Dictionary(
        uniqueKeysWithValues: names.enumerated().flatMap { index, words in words.map { ($0, index + 1) } })
}
