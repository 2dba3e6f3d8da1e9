import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import mqtt from 'mqtt-packet'

const waitingAtOnce = 100

/** A connection that publishes with QoS 1, up to a hundred messages on their way. */
export class MqttSender {
  private readonly socket: Socket
  /** A packet for each message id: they are made once. */
  private readonly packets: readonly Buffer[]
  private free: number[] = []
  private acknowledged = (): void => {}
  private rest: Buffer = Buffer.alloc(0)

  constructor(port: number, clientId: string, tenant: string, key: string, payload: string) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.write(
      mqtt.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId,
        keepalive: 0,
        username: tenant,
        password: Buffer.from(key),
      }),
    )
    const packet = (messageId: number): Buffer =>
      mqtt.generate({ cmd: 'publish', topic: 'streams/alarms', payload, messageId, qos: 1, dup: false, retain: false })
    this.packets = Array.from({ length: waitingAtOnce }, (_, id) => packet(id + 1))
  }

  /** Sends all the time; `acknowledged` is called for each message, until it answers false. */
  async run(acknowledged: () => boolean): Promise<void> {
    const [connack] = (await once(this.socket, 'data')) as [Buffer]
    if (connack[3] !== 0) throw new Error(`the server refused the connection: ${connack[3]}`)
    const done = Promise.withResolvers<void>()
    this.socket.on('error', done.reject)
    this.socket.on('close', () => done.reject(new Error('the connection was closed')))
    this.acknowledged = () => {
      if (!acknowledged()) done.resolve()
    }
    this.socket.on('data', (bytes: Buffer) => this.take(bytes))
    this.free = Array.from({ length: waitingAtOnce }, (_, id) => id)
    this.fill()
    await done.promise
    this.socket.removeAllListeners('close')
    this.socket.destroy()
  }

  private fill(): void {
    this.socket.write(Buffer.concat(this.free.map((id) => this.packets[id] as Buffer)))
    this.free = []
  }

  /** Nothing but PUBACKs comes: 4 bytes each. */
  private take(bytes: Buffer): void {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    let at = 0
    for (; at + 4 <= all.length; at += 4) {
      this.free.push(all.readUInt16BE(at + 2) - 1)
      this.acknowledged()
    }
    this.rest = all.subarray(at)
    this.fill()
  }
}
