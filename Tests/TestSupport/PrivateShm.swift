internal import CNamespaces
import Glibc

/// A /dev/shm of an agent's own, of any size: a tmpfs in a mount namespace.
public enum PrivateShm {
  /// The command in front of an agent that gives it one.
  public static func wrapper(kilobytes: Int) -> [String] {
    let script = "mount -t tmpfs -o size=\(kilobytes)k tmpfs /dev/shm && exec \"$0\""
    // Whoever is not root needs a user namespace to be allowed to mount.
    return ["unshare", geteuid() == 0 ? "-m" : "-Urm", "sh", "-c", script]
  }

  /// The command in front of an agent that puts it beside another one that has such a /dev/shm.
  public static func wrapper(beside other: AgentProcess) -> [String] {
    let user = geteuid() == 0 ? [] : ["-U", "--preserve-credentials"]
    return ["nsenter", "-t", "\(other.pid)", "-m"] + user
  }

  /// Whether the system lets the tests have one.
  public static let isPermitted: Bool = {
    guard let agent = try? AgentProcess(wrapper: wrapper(kilobytes: 1024)) else { return false }
    return (try? agent.ask("end")) == .done([])
  }()

  /// Runs a body on a thread that has a /dev/shm of its own: nobody else, `SharedStore.list` in another test
  /// among them, sees what it makes there and cuts.
  ///
  /// Does nothing else than run it where the system does not let the thread have one: then what is cut can be a
  /// SIGBUS to whoever looks at all segments just then.
  public static func run(_ body: @escaping @Sendable () throws -> Void) throws {
    try onThreads(1) { _ in
      if geteuid() == 0, unshare_mounts() == 0 {
        // What is mounted below must not reach the namespace that this one was copied from.
        mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil)
        mount("tmpfs", "/dev/shm", "tmpfs", 0, nil)
      }
      try body()
    }
  }
}
