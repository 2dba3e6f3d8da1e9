import { faultWithMosquitto, type MosquittoFigures } from '../../packages/server/test/intake/mosquitto-run.ts'
import { type Proof, textOf } from './proof.ts'

/** The real clients of Mosquitto publish to a server and subscribe to what comes of it. */
export const mosquitto: Proof = {
  name: 'mosquitto',
  title: 'the clients of Mosquitto over a server',
  count: 20_000,
  async run(messages) {
    const figures: MosquittoFigures = { messages: 0, perSecond: 0, repeated: 0, results: 0 }
    const fault = await faultWithMosquitto(messages, figures).catch(textOf)
    if (fault === 'skipped') return { lines: [['skipped', 'there is no apt-get']], failures: [] }
    const lines = [
      ['messages, half of them QoS 1', figures.messages],
      ['QoS 1 a second, acknowledged after fsync', figures.perSecond],
      ['messages sent again and kept once', figures.repeated],
      ['results to mosquitto_sub', figures.results],
      ['failures', fault === null ? 0 : 1],
    ] as const
    return { lines, failures: fault === null ? [] : [fault] }
  },
}
