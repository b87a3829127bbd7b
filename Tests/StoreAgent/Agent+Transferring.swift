import Glibc
import SharedSimple

extension Agent {
  /// Moves money between accounts until the next command, each time with an entry in the ledger and a count of
  /// all transfers; one in eight is rolled back. Answers how many were made.
  mutating func transfer(_ request: Request) throws -> Reply {
    let store = try store(request)
    let accounts = request.number("accounts", or: 10)
    var random = SplitMix64(seed: request.seed())
    var count = 0
    while !input.hasNext {
      // The ledger waits for who clears it, however late that one comes: one transaction clears 65,536 entries at most.
      if (Int(try store.get("transfers") ?? "") ?? 0) > 20_000 {
        usleep(1000)
        continue
      }
      let amount = Int64(1 + random.below(20))
      let (source, target) = (random.below(accounts), random.below(accounts))
      let isRolledBack = random.below(8) == 0
      try store.transaction { transfer in
        try transfer.increment("account \(source)", by: -amount)
        try transfer.increment("account \(target)", by: amount)
        let number = try transfer.increment("transfers")
        try transfer.put("entry \(number)", "\(source) \(target) \(amount)")
        if isRolledBack { transfer.rollBack() }
      }
      if !isRolledBack { count += 1 }
    }
    return .found(count)
  }
}
