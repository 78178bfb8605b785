import Domain
import Testing

@Suite struct `Counts of leads` {
    /// Made with scipy's regularised incomplete beta function and checked against exact sums.
    static let vectors: [(count: Int, mean: Double, dispersion: Double, cdf: Double)] = [
        (0, 3, 0.0, 0.049787068367863944), (0, 10, 0.05, 0.00030072865982171777),
        (0, 12.6, 0.08, 0.000164230435332637), (3, 15, 0.05, 0.0023338272738134876),
        (5, 26.9, 0.1, 0.0015744462674183175), (12, 37, 0.04, 0.0007406157208964231),
        (40, 80, 0.03, 0.002622306144232953), (242, 436, 0.02, 0.0002435953687390522),
        (0, 0.5, 0.3, 0.6275868938861745), (9, 10, 0.2, 0.5244995315671087),
        (150, 300, 0.02, 4.3999816995265436e-05), (600, 1000, 0.01, 5.235718089198309e-06),
    ]

    @Test(arguments: vectors)
    func `follow the negative binomial law`(count: Int, mean: Double, dispersion: Double, cdf: Double) {
        let law = NegativeBinomial(mean: mean, dispersion: dispersion)
        let value = law.probability(ofAtMost: count)
        // With no dispersion at all Poisson's law is approached to the ninth digit.
        #expect(abs(value / cdf - 1) < (dispersion == 0 ? 1e-7 : 1e-11))
        if count == 0 { #expect(abs(law.probabilityOfNone / cdf - 1) < 1e-11) }
    }

    @Test func `stay probabilities where P(0) is no number`() {
        let law = NegativeBinomial(mean: 2e6, dispersion: 1e-4)
        #expect(law.probabilityOfNone == 0)
        let half = law.probability(ofAtMost: 2_000_000)
        #expect(half > 0.49 && half < 0.52)
        #expect(law.probability(ofAtMost: 1_900_000) < 1e-6)
        #expect(law.probability(ofAtMost: 1_900_000) > 0)
    }

    /// Silence that is alerted at 0.04 false alarms a month, by leads a day: expected leads for A = 0, 0.05, 0.1.
    static let silences: [(daily: Double, missing: [Double])] = [
        (5, [8.2, 10.2, 12.8]), (20, [9.6, 12.3, 16.2]), (50, [10.5, 13.9, 18.7]), (100, [11.2, 15.1, 20.7]),
        (200, [11.9, 16.3, 22.9]), (500, [12.8, 18.0, 26.1]), (1000, [13.5, 19.3, 28.7]),
    ]

    @Test(arguments: silences)
    func `need so many missing leads before a silence means something`(daily: Double, missing: [Double]) {
        for (dispersion, expected) in zip([0, 0.05, 0.1], missing) {
            let value = NegativeBinomial.leadsMissed(
                untilProbability: 0.04 / (daily * 30), dispersion: dispersion)
            #expect(abs(value - expected) < 0.06)
            let law = NegativeBinomial(mean: value, dispersion: dispersion)
            #expect(abs(law.probabilityOfNone / (0.04 / (daily * 30)) - 1) < 1e-6)
        }
    }
}
