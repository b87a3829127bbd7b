import SharedSimple

extension Agent {
  /// Opens a name exclusively, round after round, and uses each handle at once: it works or says
  /// `replaced`; anything else is a violation. Answers how often which.
  func storm(_ request: Request) throws -> Reply {
    let name = try request.text(0)
    var worked = 0
    var replaced = 0
    for round in 0..<request.number("rounds", or: 100) {
      let store: SharedStore
      do {
        store = try SharedStore(name, mode: .exclusive, options: request.storeOptions())
      } catch {
        return .violated("round \(round): open: \(Reply.refused(error))")
      }
      defer { store.close() }
      do {
        let key = "round-\(round)"
        for turn in 0..<10 {
          try store.put(key, "\(turn)")
          guard try store.get(key) == "\(turn)" else { return .violated("round \(round): a put was lost") }
        }
        guard try store.count == 1 else { return .violated("round \(round): the store was not fresh") }
        worked += 1
      } catch StoreError.replaced {
        replaced += 1
      } catch {
        return .violated("round \(round): \(Reply.refused(error))")
      }
    }
    return .done("\(worked)", "\(replaced)")
  }

  /// Opens a name and closes it again, round after round: nothing but comings and goings.
  func visit(_ request: Request) throws -> Reply {
    let rounds = request.number("rounds", or: 100)
    let name = try request.text(0)
    for _ in 0..<rounds { try SharedStore(name, options: request.storeOptions()).close() }
    return .found(rounds)
  }
}
