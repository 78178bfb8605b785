import Domain
import Testing

@Suite struct `A date pattern` {
    static let read: [(pattern: String, text: String, shown: String?)] = [
        ("dd.MM.yyyy HH:mm", "29.11.2026 09:05", "2026-11-29 09:05"), ("dd.MM.yyyy HH:mm", "29.11.2026 9:05", nil),
        ("d.M.yyyy H:mm", "29.11.2026 9:05", "2026-11-29 09:05"),
        ("d.M.yyyy H:mm", "2.1.2026 19:05", "2026-01-02 19:05"),
        ("d.M.yyyy H:mm", "02.01.2026 09:05", "2026-01-02 09:05"), ("d.M.yyyy", ".1.2026", nil),
        ("M/d/yyyy h:mm a", "1/2/2026 12:05 AM", "2026-01-02 00:05"),
        ("M/d/yyyy h:mm a", "1/2/2026 12:05 p.m.", "2026-01-02 12:05"),
        ("M/d/yyyy h:mm a", "1/2/2026 1:05 pm", "2026-01-02 13:05"), ("M/d/yyyy h:mm a", "1/2/2026 13:05 pm", nil),
        ("M/d/yyyy h:mm a", "1/2/2026 0:05 pm", nil), ("M/d/yyyy h:mm a", "1/2/2026 1:05", nil),
        ("M/d/yyyy h:mm a", "1/2/2026 1:05\u{202F}PM", "2026-01-02 13:05"),
        ("M/d/yyyy h:mma", "1/2/2026 1:05pm", "2026-01-02 13:05"),
        ("MMMM d, yyyy", "November 21, 2026", "2026-11-21 00:00"), ("d. MMMM yyyy", "1. März 2026", "2026-03-01 00:00"),
        ("d. MMMM yyyy", "1. Ma\u{308}rz 2026", "2026-03-01 00:00"), ("d MMM yyyy", "3 déc. 2026", "2026-12-03 00:00"),
        ("d. MMM. yyyy", "3. Dez. 2026", "2026-12-03 00:00"), ("MMM d yyyy", "MAY 3 2026", "2026-05-03 00:00"),
        ("MMMM d, yyyy", "Smarch 21, 2026", nil), ("d 'de' MMMM 'de' yyyy", "3 de mayo de 2026", "2026-05-03 00:00"),
        ("yyyy-MM-dd'T'HH:mm:ss+0000", "2026-11-21T09:00:07+0000", "2026-11-21 09:00"),
        ("yyyy''MM", "2026'02", "2026-02-01 00:00"), ("yyyy-MM-dd", "2026-02-30", nil),
        ("yyyy-MM-dd", "２026-02-03", nil),
    ]

    @Test(arguments: read)
    func `reads`(pattern: String, text: String, shown: String?) throws {
        let civil = try #require(DatePattern(pattern)).reading(text)
        #expect(civil.map { "\($0.date) \($0.clock)" } == shown)
    }

    @Test(arguments: [
        "dd.MM", "dd.MM.yy", "yyyy yyyy", "M MM yyyy", "MMMMM yyyy", "ddd yyyy", "yyyy h:mm", "yyyy HH a", "yyyy H h a",
        "yyyy 'at", "", "yyyy m",
    ])
    func `is refused when it can mean nothing`(pattern: String) { #expect(DatePattern(pattern) == nil) }
}
