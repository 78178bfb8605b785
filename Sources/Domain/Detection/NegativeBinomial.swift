import Glibc

/// How many leads come in a while: counts with mean Λ and variance Λ + A·Λ². The dispersion A is what days, hours and
/// people add to pure chance; with A = 0 it is Poisson's law.
///
/// Most of what looks odd about lead counts is dispersion: with Poisson in its place there are 13 times as many false
/// alarms.
package struct NegativeBinomial: Equatable, Sendable {
    package var mean: Double
    package var dispersion: Double

    package init(mean: Double, dispersion: Double) {
        self.mean = mean
        self.dispersion = dispersion
    }

    /// Below it, `log1p(A·Λ)/A` is Λ to all digits that matter.
    private static let leastDispersion = 1e-9

    /// The probability that none comes: (1 + A·Λ)^(−1/A).
    package var probabilityOfNone: Double {
        dispersion < Self.leastDispersion ? exp(-mean) : exp(-log1p(dispersion * mean) / dispersion)
    }

    /// The probability that at most `count` come: P(0), and P(k+1) = P(k)·(k + 1/A)/(k + 1)·A·Λ/(1 + A·Λ).
    package func probability(ofAtMost count: Int) -> Double {
        let dispersion = max(dispersion, Self.leastDispersion)
        let shape = 1 / dispersion
        let odds = dispersion * mean / (1 + dispersion * mean)
        // Relative to P(0), which is too small for a number when the mean is large; what grows too large is taken down.
        var scale = -log1p(dispersion * mean) / dispersion
        var term = 1.0
        var sum = 1.0
        for k in 0..<max(0, count) {
            term *= (Double(k) + shape) / Double(k + 1) * odds
            sum += term
            if sum > 0x1p900 {
                term *= 0x1p-900
                sum *= 0x1p-900
                scale += 900 * M_LN2
            }
        }
        return min(1, exp(log(sum) + scale))
    }

    /// Λ*: how many leads must be missing until none having come has at most this probability, (p^(−A) − 1)/A.
    package static func leadsMissed(untilProbability probability: Double, dispersion: Double) -> Double {
        dispersion < leastDispersion ? -log(probability) : (pow(probability, -dispersion) - 1) / dispersion
    }
}
