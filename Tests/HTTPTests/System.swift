import CLinux
import Glibc

// What tests ask of the system.

/// The permissions of a file, if there is one.
func permissions(_ path: String) -> mode_t? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

/// Makes an empty file that only its owner may read and write.
func makeFile(at path: String) { close(unsafe open(path, O_CREAT | O_WRONLY, 0o600)) }

func removeFile(at path: String) { unsafe unlink(path) }

/// Makes a socket's file as a server leaves it behind that was killed.
func abandonSocket(at path: String) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    unsafe withUnsafePointer(to: &address) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    close(descriptor)
}

/// Lets this process open only so many more descriptors; says how many it could have open before.
func limitDescriptors(toFurther count: Int) -> rlim_t {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let before = limit.rlim_cur
    // The next descriptor is the lowest free number.
    let next = dup(0)
    close(next)
    limitDescriptors(to: rlim_t(Int(next) + count))
    return before
}

func limitDescriptors(to count: rlim_t) {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = count
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
