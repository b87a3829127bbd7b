import Glibc
import SharedSimple

extension Agent {
  /// Takes the mutex, answers, and goes on reading commands inside of the section: `put`, `remove` and `get`
  /// on the section, `reenter` on the store itself, until `release` or `die`.
  mutating func hold(_ request: Request) throws -> Reply {
    let store = try store(request)
    return try store.withLock { section in
      StoreAgent.send(.done())
      while let line = input.next() {
        let request = Request(line: line)
        do {
          switch request.verb {
          case "release": return .done()
          case "die": kill(getpid(), SIGKILL)
          case "exec": return execute()
          case "put":
            try section.put(request.bytes(0), request.bytes(1))
            StoreAgent.send(.done())
          case "remove":
            StoreAgent.send(.found(try section.remove(request.bytes(0))))
          case "get":
            StoreAgent.send(.found(try section.bytes(request.bytes(0))))
          case "fork-put":
            let (key, value) = (try request.bytes(0), try request.bytes(1))
            let child = try ForkedChild {
              do {
                try section.put(key, value)
                return .done()
              } catch { return .refused(error) }
            }
            StoreAgent.send(child.join())
          case "reenter":
            try store.put(request.bytes(0), request.bytes(1))
            StoreAgent.send(.done())
          default:
            StoreAgent.send(.violated("no command \(request.verb) under the lock"))
          }
        } catch {
          StoreAgent.send(.refused(error))
        }
      }
      return .done()
    }
  }
}
