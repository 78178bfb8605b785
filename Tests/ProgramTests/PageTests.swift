import TestSupport
import Testing

@testable import CommandLine

@Suite struct `Pages on a terminal` {
    static let widths: [(String, Int)] = [
        ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("한", 2),
        ("\u{1112}\u{1161}\u{11AB}", 2),
        ("קבוצה", 5), ("a\u{200B}b", 2), ("ｱ", 1), ("Ａ", 2), ("…–“", 3),
    ]

    @Test(arguments: widths)
    func `know how wide a text is`(_ text: String, _ width: Int) { #expect(text.displayWidth == width) }

    static let folded: [(String, String)] = [
        ("short\n", "short\n"),
        ("one two three four five\n", "one two three\nfour five\n"),
        ("  one two three four\n", "  one two\n  three four\n"),
        ("name  one two three\n", "name  one two\n      three\n"),
        ("abcdefghijklmnopqrstu\n", "abcdefghijklmn\nopqrstu\n"),
        ("日本日本日本日本日\n", "日本日本日本日\n本日\n"),
        ("see https://relay.example/invite/abc now\n", "see\nhttps://relay.example/invite/abc\nnow\n"),
        ("a  b\n\n c\n", "a  b\n\n c\n"),
    ]

    @Test(arguments: folded)
    func `fold lines that are too wide`(_ text: String, _ lines: String) {
        #expect(Page(text).text(columns: 14) == lines)
    }

    /// It makes no difference where a sentence was put together.
    @Test func `fold lines that have several parts`() {
        var page: Page = "one two "
        page += "three four\n"
        #expect(page.text(columns: 14) == "one two three\nfour\n")
    }

    private static func table(_ name: String = "acme") -> TextTable {
        var table = TextTable(["name", "state", "open", "sent", "reason"])
        table.append([name, "", "12", "0", "the token has expired since yesterday"])
        table.append(["b", "", "3", "0", ""])
        return table
    }

    @Test func `lay tables out for the terminal there is`() {
        #expect(
            Self.table().text(columns: 70) == """
                name  state  open  sent  reason
                acme           12     0  the token has expired since yesterday
                b               3     0

                """)
        // Without what is empty.
        #expect(
            Self.table().text(columns: 56) == """
                name  open  reason
                acme    12  the token has expired since yesterday
                b        3

                """)
        #expect(
            Self.table().text(columns: 34) == """
                name  open  reason
                acme    12  the token has expired
                            since yesterday
                b        3

                """)
        #expect(
            Self.table("abcdefghijklmnopqrstuvwxyz").text(columns: 30) == """
                abcdefghijklmnopqrstuvwxyz
                  open 12
                  reason  the token has
                          expired since
                          yesterday

                b
                  open 3

                """)
    }

    @Test func `align columns by what is seen`() {
        var table = TextTable(["name", "count"])
        table.append(["日本", "1"])
        table.append(["abcde", "20"])
        #expect(table.text(columns: 80) == "name   count\n日本       1\nabcde     20\n")
    }

    static let commands = [
        "leadrelay replay --destination acme --from 2026-11-21T09:00:00Z --note \"two words\" --run",
        "leadrelay replay --group '" + String(repeating: "wide name ", count: 12) + "' --run",
        "leadrelay replay --group " + String(repeating: "x", count: 100) + " --run",
        "leadrelay replay --group 'it'\\''s " + String(repeating: "y", count: 60) + "'",
        "leadrelay replay --group \"a\\\"b " + String(repeating: "z", count: 60) + "\"",
    ]

    /// A shell reads the same of the lines as of the command in one.
    @Test(arguments: commands)
    func `break commands so that they can be copied`(_ command: String) throws {
        let lines = ShellLine.lines(command, columns: 40)
        #expect(lines.count > 1 && lines.allSatisfy { $0.displayWidth <= 40 }, "\(lines)")
        let folder = TemporaryFolder()
        func read(_ command: String) throws -> String {
            let script = command.replacing("leadrelay", with: "printf '<%s>\\n'")
            let ran = try ChildProcess.run("/bin/sh", ["-c", script], output: folder.file("out"))
            #expect(ran.status == 0)
            return ran.text
        }
        #expect(try read(lines.joined(separator: "\n")) == read(command))
    }

    @Test func `are as wide as they are told`() {
        #expect(Terminal.columns("132", screen: 100) == 132)
        #expect(Terminal.columns(nil, screen: 100) == 100)
        #expect(Terminal.columns(nil, screen: nil) == 80)
        #expect(Terminal.columns("wide", screen: nil) == 80)
        #expect(Terminal.columns("1", screen: 100) == Terminal.leastColumns)
    }
}
