import { MillraceClient } from '@millrace/api'
import { freePort } from '../free-port.ts'
import { World } from '../world.ts'
import { endOf, MosquittoClients } from './mosquitto-clients.ts'
import { line, readings, sums } from './sums.ts'

const linesOf = (from: number, count: number): string => Array.from({ length: count }, (_, i) => line(from + i, i / 100)).join('')

export interface MosquittoFigures {
  messages: number
  perSecond: number
  repeated: number
  results: number
}

/** Runs the real clients over a server; answers what is wrong, null: nothing. `messages`: with QoS 1, and as many with QoS 0. */
export async function faultWithMosquitto(messages: number, figures: MosquittoFigures): Promise<string | null | 'skipped'> {
  const world = new World()
  try {
    const mqttPort = await freePort()
    await world.open({ mqttPort, workers: 0 })
    const key = await world.tenant('acme')
    const api = new MillraceClient({ url: world.platform.address, key })
    const clients = MosquittoClients.over(mqttPort, 'acme', key)
    if (clients === null) return 'skipped'
    await api.declareStream('readings', { declaration: readings })
    await api.deployApp('sums', { plan: sums })
    await api.startApp('sums')
    const rows = async (): Promise<number> => (await api.getStream('readings')).figures.rows
    const faults: string[] = []
    const check = (what: string, found: unknown, wanted: unknown): void => {
      if (JSON.stringify(found) !== JSON.stringify(wanted)) faults.push(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
    }

    // Results as they come, QoS 1, until so many came.
    const windows = Math.floor(messages / 1000)
    const subscriber = clients.start('mosquitto_sub', '-q', '1', '-t', 'apps/+/sums', '-F', '%t %p', '-C', String(windows), '-W', '60', '-d')
    const subscribed = endOf(subscriber)
    await new Promise<void>((resolve) => subscriber.stdout?.on('data', (bytes: Buffer) => bytes.includes('SUBACK') && resolve()))

    const begunMs = performance.now()
    const sent = await clients.publish(linesOf(0, messages), '-q', '1', '-t', 'streams/readings')
    figures.perSecond = Math.round(messages / ((performance.now() - begunMs) / 1000))
    check('QoS 1', [sent.status, await rows()], [0, messages])
    await clients.publish(line('last', messages / 100 + 20), '-q', '1', '-t', 'streams/readings/device-7')
    check('QoS 0', (await clients.publish(linesOf(messages, messages), '-q', '0', '-t', 'streams/readings')).status, 0)
    for (let tries = 0; (await rows()) < 2 * messages + 1 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
    check('rows', await rows(), 2 * messages + 1)

    // The same messages once more: a message id tells them.
    check('sent again', (await clients.publish(linesOf(0, messages), '-q', '1', '-t', 'streams/readings')).status, 0)
    check('rows kept once', await rows(), 2 * messages + 1)
    figures.repeated = messages

    const came = (await subscribed).stdout.split('\n').filter((text) => text.startsWith('apps/'))
    const items: unknown[] = []
    for await (const { row } of api.followResults('sums', 'sums', { from: 'begin' })) if (items.push(row) === windows) break
    check(
      'results',
      came.map((text) => JSON.parse(text.slice('apps/sums/sums '.length))),
      items,
    )
    figures.results = came.length

    // A client that dies leaves its will; one that is refused is told; one that is silent for too long is gone.
    const mortal = clients.start(
      'mosquitto_sub',
      '-t',
      'streams/readings',
      '--will-topic',
      'streams/readings',
      '--will-payload',
      line('will', 1).trim(),
      '--will-qos',
      '1',
      '-d',
    )
    await new Promise<void>((resolve) => mortal.stdout?.on('data', (bytes: Buffer) => bytes.includes('SUBACK') && resolve()))
    mortal.kill('SIGKILL')
    for (let tries = 0; (await rows()) < 2 * messages + 2 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
    check('rows with the will', await rows(), 2 * messages + 2)
    const refused = await MosquittoClients.over(mqttPort, 'other', key)?.publish(line('x', 1), '-q', '1', '-t', 'streams/readings')
    check('refused', [(refused?.status ?? 0) > 0, /not authori[sz]ed|bad user name/i.test(`${refused?.stderr}${refused?.stdout}`)], [true, true])
    const silent = clients.start('mosquitto_sub', '-t', '#', '-k', '5', '-d')
    await new Promise<void>((resolve) => silent.stdout?.on('data', (bytes: Buffer) => bytes.includes('SUBACK') && resolve()))
    silent.kill('SIGSTOP')
    const open = async (): Promise<number> => Number(/millrace_gateway_connections\{gateway="mqtt"\} (\d+)/.exec(await world.metrics())?.[1])
    check('connected', await open(), 1)
    for (let tries = 0; (await open()) > 0 && tries < 150; tries++) await new Promise((resolve) => setTimeout(resolve, 100))
    check('connected after silence', await open(), 0)
    silent.kill('SIGKILL')
    figures.messages = 2 * messages
    return faults.length === 0 ? null : faults.join('\n')
  } finally {
    await world.end()
  }
}
