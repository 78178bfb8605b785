import CLinux
import Glibc

/// A connected, non-blocking stream socket; closes itself.
@safe
struct Socket: ~Copyable {
    let descriptor: Int32

    /// What a call has moved. Zero bytes received are the end of the stream.
    enum Outcome { case moved(Int), wouldBlock, failed }

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func receive(into buffer: inout [UInt8]) -> Outcome {
        outcome {
            unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
        }
    }

    /// No SIGPIPE when the other end is gone: the error says it.
    func send(_ bytes: [UInt8], from start: Int) -> Outcome {
        outcome {
            unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor, $0.baseAddress! + start, $0.count - start, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Says that nothing more will be sent; what comes from the other side can still be read.
    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    private func outcome(_ call: () -> Int) -> Outcome {
        while true {
            let count = call()
            if count >= 0 { return .moved(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }
}
