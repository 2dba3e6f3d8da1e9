import { MillraceError } from '@millrace/plan'

/** The first line of a connection: `<key> <stream>`, or `<key> <stream> <producer>`. */
export interface Greeting {
  readonly secret: string
  readonly stream: string
  /** Who sends: its lines are numbered and kept once; null: they are not. */
  readonly producer: string | null
}

/** Errors: GREETING_INVALID. */
export function greetingOf(line: Uint8Array | null): Greeting {
  const words = Buffer.from(line ?? [])
    .toString()
    .trimEnd()
    .split(' ')
  const [secret = '', stream = '', producer = null] = words
  const isProducer = producer === null || /^[\x21-\x7e]{1,128}$/.test(producer)
  if (secret === '' || stream === '' || stream.length > 128 || words.length > 3 || !isProducer) throw new MillraceError('GREETING_INVALID')
  return { secret, stream, producer }
}
