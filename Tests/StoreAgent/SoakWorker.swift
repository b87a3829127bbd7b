import SharedSimple

/// Something that must never be, found by a worker of a soak.
struct SoakViolation: Error {
  let what: String
}

/// One process of a soak: does random things to a store that others work on, and looks each time whether
/// what it knows to be settled is there.
///
/// A worker changes keys of its own prefix, counters that all add to, and now and then the whole store. It
/// writes down in the journal what it begins and settles, so that whoever comes after its death, a worker in the
/// same slot or the one who checks it all, knows what must be there.
struct SoakWorker {
  /// What a run is heavy on.
  enum Mood: String, CaseIterable {
    case mixed
    /// Mostly removed and put again: removed slots pile up.
    case churning
    /// Mostly removed: a table of few entries fills with removed slots, and is rehashed.
    case draining
    /// Mostly read.
    case reading
  }

  let name: String
  let slotIndex: Int
  let journal: SoakJournal
  let slot: SoakSlot
  let mood: Mood
  /// Whether the store may be emptied and replaced.
  let clears: Bool
  let options: StoreOptions
  var random: SplitMix64
  var store: SharedStore
  /// Another handle on the same store, sometimes.
  var second: SharedStore?

  init(
    name: String, slot index: Int, journal: SoakJournal, mood: Mood, clears: Bool, options: StoreOptions,
    seed: UInt64
  ) throws {
    self.name = name
    slotIndex = index
    self.journal = journal
    slot = journal.slot(index)
    self.mood = mood
    self.clears = clears
    self.options = options
    random = SplitMix64(seed: seed)
    store = try SharedStore(name, options: options)
  }

  /// Begins, or begins anew after a replacement: makes sure that no dead holder's work is unrepaired, then
  /// looks what became of the changes under way.
  mutating func settleIn() throws {
    while true {
      do {
        try store.put("slot \(slotIndex)", "here")
        try resolveUnderWay()
        return
      } catch StoreError.replaced {
        try reopen()
      }
    }
  }

  mutating func reopen() throws {
    second = nil
    store.close()
    store = try SharedStore(name, options: options)
  }

  /// One operation, of whatever kind; a replacement under way is gone along with.
  mutating func step() throws {
    do {
      try act()
    } catch StoreError.replaced {
      try reopen()
      try settleIn()
    }
    slot.operations += 1
  }
}
