/// How telephone numbers are built, for each country: facts of ITU-T E.164 and of the national numbering plans.
struct NumberingPlan: Sendable {
    var callingCode: String
    /// What is dialled before a national number inside the country, and left out from abroad; none, or several that are
    /// in use, the longest first.
    var trunkPrefixes: [String]
    /// What is dialled before a foreign number.
    var internationalPrefix: String
    /// Digits of a national number without the trunk prefix.
    var digits: ClosedRange<Int>

    /// By ISO 3166-1 alpha-2 in upper case.
    static func of(country: String) -> NumberingPlan? { byCountry[country] }

    /// The plan whose calling code these digits begin with; of countries that share one, the main country's.
    static func of(internationalDigits digits: Substring.UTF8View) -> NumberingPlan? {
        for length in 1...3 {
            guard digits.count > length else { return nil }
            if let plan = byCallingCode[String(Substring(digits.prefix(length)))] { return plan }
        }
        return nil
    }

    private static let plans: [(plan: NumberingPlan, countries: [String])] = table.split(separator: "\n").map { line in
        let columns = line.split(separator: " ").map(String.init)
        let range = columns[3].split(separator: "-").compactMap { Int($0) }
        return (
            NumberingPlan(
                callingCode: columns[0],
                trunkPrefixes: columns[1] == "-" ? [] : columns[1].split(separator: "/").map(String.init),
                internationalPrefix: columns[2], digits: range[0]...range[1]), Array(columns[4...])
        )
    }

    /// Up to how many digits a national number may have that begins with its own country's calling code; more can only
    /// be the number from abroad whose plus sign was left out. 0 for a country where no national number begins so.
    static func longestWithOwnCode(_ digits: Substring.UTF8View, country: String) -> Int {
        var longest = (prefix: 0, digits: 0)
        for (prefix, count) in ownCodes[country] ?? []
        where prefix.utf8.count > longest.prefix && digits.starts(with: prefix.utf8) {
            longest = (prefix.utf8.count, count)
        }
        return longest.digits
    }

    private static let ownCodes: [String: [(prefix: String, digits: Int)]] = Dictionary(
        uniqueKeysWithValues: ownCodeTable.split(separator: "\n").map { line in
            let columns = line.split(separator: " ").map(String.init)
            return (
                columns[0],
                columns.dropFirst().map { column in
                    let parts = column.split(separator: "=")
                    return (String(parts[0]), Int(parts[1]) ?? 0)
                }
            )
        })

    /// Country, and for beginnings of national numbers their greatest length; the longest beginning decides. From the
    /// numbering plans: in Austria 4352 is Wolfsberg, in Germany 491 to 497 are places in East Frisia and the Emsland,
    /// with eleven digits at most.
    private static let ownCodeTable = """
        AT 430=13 4351=0 435=13 432=8 433=7 434=7 436=7 437=7 438=9 439=10
        CU 53=8
        DE 49=11 490=0 4930=0 4940=0 4949=0 4960=0 4969=0 4970=0 498=0 499=0
        FI 358=9
        ID 62=10
        IT 39=10
        MM 95=8
        PL 48=9
        SE 46=9
        SK 421=9
        VA 39=10
        XK 383=8
        ZA 27=9
        """

    private static let byCountry: [String: NumberingPlan] = {
        var result: [String: NumberingPlan] = [:]
        for (plan, countries) in plans { for country in countries { result[country] = plan } }
        return result
    }()

    private static let byCallingCode = Dictionary(plans.map { ($0.plan.callingCode, $0.plan) }) { first, _ in first }

    /// calling code, trunk prefix, international prefix, digits (fixed and mobile), countries
    private static let table = """
        1 1 011 10-10 AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT US VC VG VI
        7 8 810 10-10 KZ RU
        20 0 00 8-10 EG
        27 0 00 5-9 ZA
        30 - 00 10-10 GR
        31 0 00 9-11 NL
        32 0 00 8-9 BE
        33 0 00 9-9 FR
        34 - 00 9-9 ES
        36 06 00 8-9 HU
        39 - 00 6-12 IT
        39 - 00 6-11 VA
        40 0 00 6-9 RO
        41 0 00 9-9 CH
        43 0 00 4-13 AT
        44 0 00 9-10 GB
        44 0 00 10-10 GG IM JE
        45 - 00 8-8 DK
        46 0 00 7-9 SE
        47 - 00 8-8 NO SJ
        48 - 00 7-9 PL
        49 0 00 5-15 DE
        51 0 00 8-9 PE
        52 044/045/01/02 00 10-10 MX
        53 0 119 6-10 CU
        54 0 00 10-11 AR
        55 0 00 10-11 BR
        56 - 00 9-9 CL
        57 0 00 8-10 CO
        58 0 00 10-10 VE
        60 0 00 8-10 MY
        61 0 0011 9-9 AU CC CX
        62 0 00 7-12 ID
        63 0 00 6-10 PH
        64 0 00 8-10 NZ
        65 - 00 8-8 SG
        66 0 00 8-9 TH
        81 0 010 9-10 JP
        82 0 00 5-10 KR
        84 0 00 9-10 VN
        86 0 00 7-11 CN
        90 0 00 10-10 TR
        91 0 00 10-10 IN
        92 0 00 9-10 PK
        93 0 00 9-9 AF
        94 0 00 9-9 LK
        95 0 00 6-10 MM
        98 0 00 6-10 IR
        211 0 00 9-9 SS
        212 0 00 9-9 EH MA
        213 0 00 8-9 DZ
        216 - 00 8-8 TN
        218 0 00 9-9 LY
        220 - 00 7-9 GM
        221 - 00 9-9 SN
        222 - 00 8-8 MR
        223 - 00 8-8 ML
        224 - 00 8-9 GN
        225 - 00 10-10 CI
        226 - 00 8-8 BF
        227 - 00 8-8 NE
        228 - 00 8-8 TG
        229 - 00 10-10 BJ
        230 - 020 7-8 MU
        231 0 00 7-9 LR
        232 0 00 8-8 SL
        233 0 00 9-9 GH
        234 0 009 10-10 NG
        235 - 00 8-8 TD
        236 - 00 8-8 CF
        237 - 00 9-9 CM
        238 - 0 7-7 CV
        239 - 00 7-7 ST
        240 - 00 9-9 GQ
        241 - 00 7-8 GA
        242 - 00 9-9 CG
        243 0 00 7-10 CD
        244 - 00 9-9 AO
        245 - 00 9-9 GW
        246 - 00 7-7 IO
        247 - 00 5-5 AC
        248 - 00 7-7 SC
        249 0 00 9-9 SD
        250 0 00 8-9 RW
        251 0 00 9-9 ET
        252 0 00 6-9 SO
        253 - 00 8-8 DJ
        254 0 000 7-9 KE
        255 0 00 9-9 TZ
        256 0 00 9-9 UG
        257 - 00 8-8 BI
        258 - 00 8-9 MZ
        260 0 00 9-9 ZM
        261 0 00 9-9 MG
        262 0 00 9-9 RE YT
        263 0 00 9-9 ZW
        264 0 00 8-9 NA
        265 0 00 7-9 MW
        266 - 00 8-8 LS
        267 - 00 7-8 BW
        268 - 00 8-8 SZ
        269 - 00 7-7 KM
        290 - 00 4-5 SH
        290 - 00 4-4 TA
        291 0 00 7-7 ER
        297 - 00 7-7 AW
        298 - 00 6-6 FO
        299 - 00 6-6 GL
        350 - 00 8-8 GI
        351 - 00 9-9 PT
        352 - 00 4-11 LU
        353 0 00 7-10 IE
        354 - 00 7-9 IS
        355 0 00 8-9 AL
        356 - 00 8-8 MT
        357 - 00 8-8 CY
        358 0 00 5-10 FI
        358 0 00 6-10 AX
        359 0 00 6-9 BG
        370 0/8 00 8-8 LT
        371 - 00 8-8 LV
        372 - 00 7-8 EE
        373 0 00 8-8 MD
        374 0 00 8-8 AM
        375 80/8/0 810 9-9 BY
        376 - 00 6-9 AD
        377 0 00 8-9 MC
        378 - 00 8-10 SM
        380 0 00 9-9 UA
        381 0 00 7-12 RS
        382 0 00 8-8 ME
        383 0 00 8-12 XK
        385 0 00 8-9 HR
        386 0 00 8-8 SI
        387 0 00 8-9 BA
        389 0 00 8-8 MK
        420 - 00 9-9 CZ
        421 0 00 6-9 SK
        423 0 00 7-9 LI
        500 - 00 5-5 FK
        501 - 00 7-7 BZ
        502 - 00 8-8 GT
        503 - 00 8-8 SV
        504 - 00 8-8 HN
        505 - 00 8-8 NI
        506 - 00 8-8 CR
        507 - 00 7-8 PA
        508 0 00 6-9 PM
        509 - 00 8-8 HT
        590 0 00 9-9 BL GP MF
        591 0 00 8-8 BO
        592 - 001 7-7 GY
        593 0 00 8-9 EC
        594 0 00 9-9 GF
        595 0 00 7-9 PY
        596 0 00 9-9 MQ
        597 - 00 6-7 SR
        598 0 00 8-8 UY
        599 - 00 7-8 CW
        599 - 00 7-7 BQ
        670 - 00 7-8 TL
        672 - 00 6-6 NF
        673 - 00 7-7 BN
        674 - 00 7-7 NR
        675 - 00 7-8 PG
        676 - 00 5-7 TO
        677 - 00 5-7 SB
        678 - 00 5-7 VU
        679 - 00 7-7 FJ
        680 - 00 7-7 PW
        681 - 00 6-6 WF
        682 - 00 5-5 CK
        683 - 00 4-7 NU
        685 - 0 5-10 WS
        686 0 00 5-8 KI
        687 - 00 6-6 NC
        688 - 00 5-7 TV
        689 - 00 8-8 PF
        690 - 00 4-7 TK
        691 - 00 7-7 FM
        692 1 011 7-7 MH
        850 0 00 8-10 KP
        852 - 00 8-8 HK
        853 - 00 8-8 MO
        855 0 00 8-9 KH
        856 0 00 8-10 LA
        880 0 00 6-10 BD
        886 0 00 8-9 TW
        960 - 00 7-7 MV
        961 0 00 7-8 LB
        962 0 00 8-9 JO
        963 0 00 8-9 SY
        964 0 00 8-10 IQ
        965 - 00 8-8 KW
        966 0 00 9-9 SA
        967 0 00 7-9 YE
        968 - 00 8-8 OM
        970 0 00 8-9 PS
        971 0 00 8-9 AE
        972 0 00 8-12 IL
        973 - 00 8-8 BH
        974 - 00 8-8 QA
        975 - 00 7-8 BT
        976 0 001 8-10 MN
        977 0 00 8-10 NP
        992 - 810 9-9 TJ
        993 8 810 8-8 TM
        994 0 00 9-9 AZ
        995 0 00 9-9 GE
        996 0 00 9-9 KG
        998 - 00 9-9 UZ
        """
}
