/// What leads came to, by ad and day, what they cost, and what things are called.
package struct FigureRole: LedgerRole {
    let core: LedgerCore
}
