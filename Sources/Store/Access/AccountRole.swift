/// Who may use the console and the API, and what they did.
package struct AccountRole: LedgerRole {
    let core: LedgerCore
}
