/// The checklist that support follows: thirty typical problems, each decided from facts.
package enum Checklist {
    /// What the facts say about each item, in the items' order.
    package static func assess(_ facts: ChecklistFacts) -> [Assessment] {
        let others = ChecklistItem.allCases.filter { $0 != .detectorWrong }.map { item in
            item.assessment(rule(item, facts))
        }
        return others + [ChecklistItem.detectorWrong.assessment(DemandRules.detectorWrong(facts, others: others))]
    }

    private static func rule(_ item: ChecklistItem, _ facts: ChecklistFacts) -> Ruling {
        switch item {
        case .campaignPaused: DemandRules.campaignPaused(facts)
        case .budgetUsedUp: DemandRules.budgetUsedUp(facts)
        case .pageDown: PageRules.pageDown(facts)
        case .formChanged: PageRules.formChanged(facts)
        case .tagRemoved: PageRules.tagRemoved(facts)
        case .keyChanged: SenderRules.keyChanged(facts)
        case .payloadChanged: SenderRules.payloadChanged(facts)
        case .filterBlocksPeople: SenderRules.filterBlocksPeople(facts)
        case .tokenRevoked: DeliveryRules.tokenRevoked(facts)
        case .clickIDsLost: PageRules.clickIDsLost(facts)
        case .accessRemoved: DeliveryRules.accessRemoved(facts)
        case .conversionActionUnusable: DeliveryRules.conversionActionUnusable(facts)
        case .consentChanged: DemandRules.consentChanged(facts)
        case .groupRenamed: RelayRules.groupRenamed(facts)
        case .platformDown: DeliveryRules.platformDown(facts)
        case .throttled: DeliveryRules.throttled(facts)
        case .eventsTooOld: DeliveryRules.eventsTooOld(facts)
        case .timeWrong: DeliveryRules.timeWrong(facts)
        case .tooRecent: DeliveryRules.tooRecent(facts)
        case .clickIDsDamaged: SenderRules.clickIDsDamaged(facts)
        case .outboxStandsStill: RelayRules.outboxStandsStill(facts)
        case .intakeDown: RelayRules.intakeDown(facts)
        case .changeOfOurs: RelayRules.changeOfOurs(facts)
        case .duplicateFilterTooStrict: SenderRules.duplicateFilterTooStrict(facts)
        case .senderDown: SenderRules.senderDown(facts)
        case .adsRejected: DemandRules.adsRejected(facts)
        case .demandFell: DemandRules.demandFell(facts)
        case .deviceBroken: SenderRules.deviceBroken(facts)
        case .junkFlood: SenderRules.junkFlood(facts)
        case .detectorWrong: preconditionFailure("decided after all others")
        }
    }
}

extension ChecklistItem {
    fileprivate func assessment(_ ruling: Ruling) -> Assessment {
        Assessment(self, ruling.certainty, ruling.evidence, owner: ruling.owner, fix: ruling.fix)
    }
}
