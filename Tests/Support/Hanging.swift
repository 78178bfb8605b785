/// How long a test may last before it is taken for one that hangs.
///
/// The limit counts while a test waits for a thread, and a machine with few cores runs hundreds of tests at once: a
/// limit near to what a test needs says how busy the machine was. This one tells only a test that ends from one that
/// never does.
package enum Hanging {
    package static let minutes = 30
}
