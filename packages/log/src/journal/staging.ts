import { aligned } from './layout.ts'

/** Payloads up to this size are copied: another part of a write costs more than moving them. */
const copiedBytes = 4096
const zeros = new Uint8Array(8)

/** A frame in the making: what is small stands in one buffer, large payloads stay where they are. */
export class Staging {
  readonly buffer: Buffer
  readonly view: DataView
  readonly #parts: Uint8Array[] = []
  /** The buffer is used up to here. */
  #at: number
  /** From here on it is not among the parts yet. */
  #from = 0
  #frameBytes: number

  /** `used`: bytes at the beginning that the caller fills himself. */
  constructor(used: number, payloads: Iterable<Uint8Array>) {
    this.#at = used
    this.#frameBytes = used
    this.buffer = Buffer.allocUnsafe(used + stagedBytes(payloads))
    this.view = new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.length)
  }

  get frameBytes(): number {
    return this.#frameBytes
  }

  add(payload: Uint8Array): void {
    const padding = aligned(payload.length) - payload.length
    if (payload.length <= copiedBytes) this.#copy(payload)
    else this.#refer(payload)
    if (padding > 0) this.#copy(zeros.subarray(0, padding))
    this.#frameBytes += payload.length + padding
  }

  finish(): readonly Uint8Array[] {
    this.#cut()
    return this.#parts
  }

  #copy(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #refer(payload: Uint8Array): void {
    this.#cut()
    this.#parts.push(payload)
  }

  #cut(): void {
    if (this.#at > this.#from) this.#parts.push(this.buffer.subarray(this.#from, this.#at))
    this.#from = this.#at
  }
}

function stagedBytes(payloads: Iterable<Uint8Array>): number {
  let bytes = 0
  for (const { length } of payloads) bytes += length <= copiedBytes ? aligned(length) : aligned(length) - length
  return bytes
}
