import Glibc
import TestSupport

/// The only fonts that a browser has, so that it does not matter which ones a machine has.
///
/// The two sets differ in what pages must not depend on: a line of DejaVu Sans is 1.16 times as high as its size says,
/// one of Noto Sans 1.36 times (ascent and descent of their `hhea` tables).
enum FontSet: String, CaseIterable, Sendable {
    /// Debian's package fonts-dejavu-core.
    case dejaVu = "DejaVu"
    /// Debian's package fonts-noto-core.
    case noto = "Noto"

    /// What a browser says it paints with.
    var family: String {
        switch self {
        case .dejaVu: "DejaVu Sans"
        case .noto: "Noto Sans"
        }
    }

    private var package: String {
        switch self {
        case .dejaVu: "fonts-dejavu-core"
        case .noto: "fonts-noto-core"
        }
    }

    private var files: [String] {
        switch self {
        case .dejaVu:
            ["Sans", "Sans-Bold", "SansMono", "SansMono-Bold"].map {
                "/usr/share/fonts/truetype/dejavu/DejaVu\($0).ttf"
            }
        case .noto:
            // The minus sign is among the mathematical ones.
            ["Sans-Regular", "Sans-Bold", "Sans-Italic", "SansMath-Regular", "SansSymbols2-Regular"].map {
                "/usr/share/fonts/truetype/noto/Noto\($0).ttf"
            }
        }
    }

    /// Makes a folder of these fonts alone, and a configuration of fontconfig that knows nothing else (fonts-conf(5)).
    /// Answers what `FONTCONFIG_FILE` has to say.
    func prepare(in folder: String) throws -> String {
        let fonts = folder + "/fonts"
        guard unsafe mkdir(fonts, 0o700) == 0 else { throw Failure("\(fonts) cannot be made") }
        for file in files {
            guard unsafe access(file, R_OK) == 0 else {
                throw Failure("\(file) is missing: install Debian's package \(package)")
            }
            let name = file.split(separator: "/").last ?? ""
            guard unsafe symlink(file, "\(fonts)/\(name)") == 0 else { throw Failure("no link to \(file)") }
        }
        let configuration = folder + "/fonts.conf"
        writeText(
            """
            <?xml version="1.0"?>
            <!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
            <fontconfig>
            <dir>\(fonts)</dir>
            <cachedir>\(folder)/cache</cachedir>
            <alias><family>sans-serif</family><prefer><family>\(family)</family></prefer></alias>
            <alias><family>system-ui</family><prefer><family>\(family)</family></prefer></alias>
            <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>\(family)</family></prefer></alias>
            </fontconfig>

            """, to: configuration)
        return configuration
    }
}
