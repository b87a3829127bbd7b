/// How much is measured.
struct Plan {
  var isQuick: Bool
  /// Entries of the largest store; but for the scale of entries, which goes on to ten times as many.
  var largest: Int

  /// The sizes that the targets speak of, as far as they are no larger than the largest.
  var sizes: [Int] {
    let all = [1_000, 100_000, 1_000_000].filter { $0 <= largest }
    return all.isEmpty ? [largest] : all
  }

  /// How often everything is measured, in turns.
  var rounds: Int { isQuick ? 1 : 5 }

  /// How long processes work beside each other.
  var seconds: Double { isQuick ? 0.05 : 0.4 }
}
