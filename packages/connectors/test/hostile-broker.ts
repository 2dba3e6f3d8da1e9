import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What a broker of Kafka answers to a request, behind its correlation id; null: nothing. */
export type Answer = (request: { readonly api: number; readonly version: number; readonly body: Buffer; readonly socket: Socket }) => Buffer | null

export const apis = { saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 } as const

/** A server that speaks as much of Kafka as a test has it say. */
export async function hostileBroker(answer: Answer): Promise<{ readonly port: number; end(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('data', (bytes) => answerTo(socket, bytes, answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    end: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A login by SCRAM whose first answer is made of the nonce that the client gave. */
export function scramAnswers(first: (nonce: string) => string): Answer {
  return ({ api, body }) => {
    if (api === apis.apiVersions) return Buffer.concat([int16(0), int32(1), int16(apis.saslAuthenticate), int16(0), int16(0), int32(0)])
    if (api === apis.saslHandshake) return Buffer.concat([int16(0), int32(1), text('SCRAM-SHA-256')])
    const nonce = /r=([^,]*)/.exec(body.toString('latin1'))?.[1] ?? ''
    const said = Buffer.from(first(nonce))
    return Buffer.concat([int16(0), int16(-1), int32(said.length), said])
  }
}

/** Says that it has two GiB to say, and begins. */
export const endless: Answer = ({ socket }) => {
  const zeros = Buffer.alloc(1 << 20)
  const more = (): void => {
    while (!socket.destroyed && socket.write(zeros));
  }
  socket.on('drain', more).write(int32(0x7fffffff))
  more()
  return null
}

/** The client waits for each answer, and its requests are small: each comes whole. */
function answerTo(socket: Socket, bytes: Buffer, answer: Answer): void {
  const said = answer({ api: bytes.readInt16BE(4), version: bytes.readInt16BE(6), body: bytes.subarray(12), socket })
  if (said === null) return
  const whole = Buffer.concat([bytes.subarray(8, 12), said])
  socket.write(Buffer.concat([int32(whole.length), whole]))
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
