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
    participants = listing.processCount
    deadParticipants = sample?.deadCount
    createdTime = listing.isKnown(.creation) ? listing.identity?.createdWall : nil
    owner = listing.identity?.owner
  }
}
