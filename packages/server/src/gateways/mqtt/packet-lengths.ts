const puback = 4

/** Steps through the packets of a connection by their lengths alone (MQTT 3.1.1, 2.2.3), before anything is kept of them; of PUBACKs it tells the id. */
export class PacketLengths {
  readonly #most: number
  readonly #acknowledged: (messageId: number) => void
  #type = 0
  /** Bytes of the packet under way that are still to come. */
  #left = 0
  /** Bytes of the length that were read, -1: the packet's first byte comes next. */
  #lengthBytes = -1
  #length = 0
  #messageId = 0

  /** `most`: bytes that a packet may have behind its length. */
  constructor(most: number, acknowledged: (messageId: number) => void = () => {}) {
    this.#most = most
    this.#acknowledged = acknowledged
  }

  /** Answers false where a packet is too long or its length is not one. */
  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, bytes.length - at)
        if (this.#type === puback) this.#takeId(bytes.subarray(at, at + step))
        this.#left -= step
        at += step
      } else if (this.#lengthBytes < 0) {
        this.#type = (bytes[at++] as number) >> 4
        this.#lengthBytes = 0
        this.#length = 0
        this.#messageId = 0
      } else if (!this.#takeLength(bytes[at++] as number)) return false
    }
    return true
  }

  #takeLength(byte: number): boolean {
    this.#length += (byte & 127) * 128 ** this.#lengthBytes++
    if (byte < 128) {
      this.#left = this.#length
      this.#lengthBytes = -1
    }
    return this.#length <= this.#most && this.#lengthBytes < 4
  }

  #takeId(bytes: Uint8Array): void {
    if (this.#length !== 2) return
    for (const byte of bytes) this.#messageId = this.#messageId * 256 + byte
    if (bytes.length === this.#left) this.#acknowledged(this.#messageId)
  }
}
