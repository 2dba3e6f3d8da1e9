/** A PUBLISH packet without flags but its QoS (MQTT 3.1.1, 3.3). `messageId`: from 1, null: QoS 0. */
export function publishPacket(topic: Buffer, payload: Uint8Array, messageId: number | null): Buffer {
  const length = 2 + topic.length + (messageId === null ? 0 : 2) + payload.length
  const head = [messageId === null ? 0x30 : 0x32, ...lengthBytes(length), topic.length >> 8, topic.length & 255]
  const id = messageId === null ? [] : [messageId >> 8, messageId & 255]
  return Buffer.concat([Buffer.from(head), topic, Buffer.from(id), payload])
}

/** Seven bits a byte, the lowest first (2.2.3). */
function lengthBytes(length: number): number[] {
  const bytes = [length & 127]
  for (let rest = length >> 7; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1]! |= 128
    bytes.push(rest & 127)
  }
  return bytes
}
