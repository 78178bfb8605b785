package import Domain
import Service

/// Leads that were judged a moment ago, for whoever sends them: to read and parse each again is a tenth of what a lead
/// costs.
///
/// What is not here is in the file. So anything may be left out or thrown away, and whatever changes a lead that may
/// still have to be sent takes it out before it commits.
final class FreshLeads: Sendable {
    private struct State {
        var new: [LeadID: LeadPayload] = [:]
        var old: [LeadID: LeadPayload] = [:]
        var revision = 0
        /// When what was new became old, on the monotonic clock.
        var agedAt: Duration?
    }
    private let state = Locked(State())

    /// Twice as many are kept. Enough for the claims of a lane, little enough to forget soon: these are personal data.
    private static let maximum = 2048
    /// What nobody has asked for through two of these, while nothing was being sent, is forgotten.
    package static let age: Duration = .seconds(1)

    /// Offers those that can be sent at once. Whatever was known of any of them is over: it may have been edited and
    /// judged anew.
    func offer(_ leads: [Lead], now: Instant) {
        let parcels = leads.map { (id: $0.id, parcel: LeadPayload($0, now: now)) }
        state.withLock { state in
            if state.new.count + parcels.count > Self.maximum { (state.old, state.new) = (state.new, [:]) }
            for (id, parcel) in parcels {
                state.new[id] = parcel
                state.old[id] = nil
            }
        }
    }

    /// Those of these leads that are here. They are handed over, once.
    func take(_ ids: [LeadID]) -> [LeadID: LeadPayload] {
        state.withLock { state in
            var taken: [LeadID: LeadPayload] = [:]
            if state.new.isEmpty, state.old.isEmpty { return taken }
            taken.reserveCapacity(ids.count)
            for id in ids {
                taken[id] = state.new.removeValue(forKey: id) ?? state.old.removeValue(forKey: id)
            }
            return taken
        }
    }

    /// The lead is about to be another one in the file.
    func withdraw(_ id: LeadID) {
        state.withLock { state in
            state.new[id] = nil
            state.old[id] = nil
            state.revision += 1
        }
    }

    /// Nothing is being sent at the moment. Lanes rest between two claims all the time, so what has just been offered
    /// stays for a while. Answers whether there is something that is still to be forgotten.
    func rest(at now: Duration) -> Bool {
        state.withLock { state in
            if state.agedAt.map({ now - $0 >= Self.age }) ?? true {
                (state.old, state.new) = (state.new, [:])
                state.agedAt = now
            }
            return !state.new.isEmpty || !state.old.isEmpty
        }
    }

    var revision: Int { state.withLock { $0.revision } }
}

extension LeadPayload {
    /// `nil` if nobody will send the lead now.
    fileprivate init?(_ lead: Lead, now: Instant) {
        let isDue = lead.routes.contains { route in
            if case .open(let notBefore, _) = route.decision { notBefore <= now } else { false }
        }
        guard isDue, let content = lead.content else { return nil }
        self.init(
            id: lead.id, eventID: lead.eventID, dimension: lead.dimension, receivedAt: lead.receivedAt,
            payload: lead.payload)
        self.content = content
    }
}

/// Reads leads that are to be sent: those judged a moment ago from memory, the others from the file. Confined to one
/// thread.
package final class ParcelReader {
    private let reader: Reader
    private let fresh: FreshLeads

    init(_ reader: Reader, _ fresh: FreshLeads) {
        self.reader = reader
        self.fresh = fresh
    }

    /// As `Reader.parcels`, in any order.
    package func parcels(_ ids: [LeadID]) throws -> [LeadPayload] {
        let taken = fresh.take(ids)
        if taken.isEmpty { return try reader.parcels(ids) }
        return taken.values + (try reader.parcels(ids.filter { taken[$0] == nil }))
    }

    /// Grows when a lead that was read before may be another one now: erased, or told of under another id.
    package var revision: Int { fresh.revision }

    /// Nothing is being sent: what waits in memory is forgotten, when it has waited for a second or two. Answers when
    /// to ask again; `nil` if nothing is left.
    package func rest() -> Duration? { fresh.rest(at: Clock.monotonic) ? FreshLeads.age : nil }
}

extension DeliveryRole {
    /// Opens what the forwarding thread reads leads with. Throws as `reader()` does.
    package func parcelReader() throws(StoreError) -> ParcelReader { ParcelReader(try core.reader(), core.fresh) }
}
