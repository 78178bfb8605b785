package import Domain

/// Leads that do not come: `VolumeWatch` has looked already, since it needs the store and what it knew before.
package struct VolumeRule: Rule {
    package init() {}
    package func observations(_ facts: Facts) -> [Observation] { facts.volume }
}
