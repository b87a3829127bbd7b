import SharedSimple

/// One segment as `shmtop list --json` prints it. Every field is described in `Assets/shmtop.schema.json`.
public struct ListingDocument: Sendable, Encodable {
  let name: String
  let state: String
  let refusal: String?
  let entries: Int?
  let claimedBytes: Int?
  let participants: Int?
  let deadParticipants: Int?
  let createdTime: UInt64?
  let owner: UInt32?

  public init(_ listing: SourceListing) {
    name = listing.name
    state = listing.stateWord
    refusal = listing.refusal?.description
    let sample = listing.sample
    entries = sample?.table.entryCount
    claimedBytes = sample?.memory.claimed
    // Handles, of which a process may have several; of processes there is but one row each where handles are not known.
    participants = listing.processCount == nil ? nil : sample?.participants.count { $0.liveness != .dead }
    deadParticipants = sample?.participants.count { $0.liveness == .dead }
    createdTime = listing.isKnown(.creation) ? listing.identity?.createdWall : nil
    owner = listing.identity?.owner
  }
}
