import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import mqtt, { type IPublishPacket, type Packet } from 'mqtt-packet'

export interface Connected {
  /** Code of the CONNACK. */
  readonly returnCode: number
}

/** A plain MQTT client: what is sent is sent as it is, what comes back can be awaited. */
export class MqttClient {
  readonly #socket: Socket
  readonly received: Packet[] = []
  /** PUBLISH packets among them. */
  readonly messages: IPublishPacket[] = []
  readonly closed: Promise<void>
  #wake = (): void => {}
  #isClosed = false

  /** `ca`: over TLS, with a certificate that it signed. */
  constructor(port: number, ca?: string) {
    this.#socket = ca === undefined ? connect({ port, host: '127.0.0.1' }) : connectTls({ port, host: '127.0.0.1', ca })
    const parser = mqtt.parser()
    parser.on('packet', (packet) => {
      this.received.push(packet)
      if (packet.cmd === 'publish') this.messages.push(packet)
      this.#wake()
    })
    this.#socket.on('data', (bytes) => parser.parse(bytes))
    this.#socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#isClosed = true
        this.#wake()
        resolve()
      })
    })
  }

  send(packet: Packet): void {
    this.sendBytes(mqtt.generate(packet))
  }

  /** Answers whether more can be written at once. */
  sendBytes(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes)
  }

  get waitingBytes(): number {
    return this.#socket.writableLength
  }

  async login(
    username: string,
    password: string,
    more: { readonly clientId?: string; readonly will?: { topic: string; payload: Buffer } } = {},
  ): Promise<number> {
    const { clientId = 'c', will } = more
    this.send({
      cmd: 'connect',
      clientId,
      username,
      password: Buffer.from(password),
      clean: true,
      protocolId: 'MQTT',
      protocolVersion: 4,
      keepalive: 0,
      ...(will && { will: { ...will, qos: 1, retain: false } }),
    })
    const packet = await this.next('connack')
    return packet?.cmd === 'connack' ? (packet.returnCode ?? -1) : -1
  }

  /** Sends with QoS 1; resolves with whether it was acknowledged. */
  async publish(messageId: number, topic: string, payload: string): Promise<boolean> {
    this.send({ cmd: 'publish', topic, payload, messageId, qos: 1, dup: false, retain: false })
    return (await this.next('puback', (packet) => packet.messageId === messageId)) !== null
  }

  /** The first packet of that kind; null: the connection was closed. */
  async next(cmd: Packet['cmd'], fits: (packet: Packet) => boolean = () => true): Promise<Packet | null> {
    for (;;) {
      const packet = this.received.find((candidate) => candidate.cmd === cmd && fits(candidate))
      if (packet !== undefined) return packet
      if (this.#isClosed) return null
      await this.#woken()
    }
  }

  /** Resolves when something came, or the connection was closed. */
  #woken(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#wake
      this.#wake = () => {
        this.#wake = () => {}
        before()
        resolve()
      }
    })
  }

  /** Answers what was granted. */
  async subscribe(messageId: number, filters: readonly string[], qos: 0 | 1 | 2 = 0): Promise<readonly number[]> {
    this.send({ cmd: 'subscribe', messageId, subscriptions: filters.map((topic) => ({ topic, qos })) })
    const packet = await this.next('suback', (candidate) => candidate.messageId === messageId)
    return packet?.cmd === 'suback' ? (packet.granted as number[]) : []
  }

  /** Waits for as many messages; fewer where the connection was closed. */
  async until(count: number): Promise<readonly IPublishPacket[]> {
    while (this.messages.length < count && !this.#isClosed) await this.#woken()
    return this.messages
  }

  acknowledge(messageId: number): void {
    this.send({ cmd: 'puback', messageId })
  }

  /** Takes nothing until `resume`. */
  pause(): void {
    this.#socket.pause()
  }

  /** Closes the connection once all is sent. */
  end(): void {
    this.#socket.end()
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#socket.destroy()
  }
}
