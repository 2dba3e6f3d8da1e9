/** What a topic names: `streams/<stream>` or `streams/<stream>/<device>`. */
export interface StreamTopic {
  readonly stream: string
  readonly device: string | null
}

/** Null: the topic is none of a stream. */
export function streamTopic(topic: string): StreamTopic | null {
  const [root, stream, device, ...more] = topic.split('/')
  if (root !== 'streams' || stream === undefined || stream === '' || device === '' || more.length > 0) return null
  return { stream, device: device ?? null }
}
