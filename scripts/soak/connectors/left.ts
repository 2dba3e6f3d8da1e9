import type { MillraceClient } from '@millrace/api'
import type { Brokers, Row } from './brokers.ts'
import { outputs, plan, type StreamName, streams } from './counted-app.ts'
import { faultInLines, faultInQueue, faultInTable, faultInTopic } from './faults.ts'
import type { ConnectorKillFigures } from './figures.ts'
import type { Senders, Sent } from './senders.ts'

/** Does a stream hold what was sent? Null: it does. */
export async function faultInStream(client: MillraceClient, name: StreamName, sent: Sent): Promise<string | null> {
  const { lost } = await client.getSource(name)
  if (lost > 0) return `${lost} messages are lost`
  const { records, letters } = await heldBy(client, name)
  // A misfit has no message id.
  return faultInLines(sent, records, letters, name === 'reported' ? Number.POSITIVE_INFINITY : 1)
}

export async function count(client: MillraceClient, senders: Senders, figures: ConnectorKillFigures): Promise<void> {
  for (const name of streams) {
    const { sent } = senders[name]
    const { records, letters } = await heldBy(client, name)
    figures.records += records.length
    figures.letters += sent.bad.size
    figures.lettersAgain += letters.length - sent.bad.size
    figures.sentTwice += sent.twice
  }
}

async function heldBy(client: MillraceClient, name: StreamName): Promise<{ readonly records: readonly Row[]; readonly letters: readonly Row[] }> {
  return { records: await all((from) => client.readRecords(name, from)), letters: await all((from) => client.readDeadLetters(name, from)) }
}

/** Do the systems hold the results of the log? Null: they do. */
export async function faultInResults(client: MillraceClient, brokers: Brokers, figures: ConnectorKillFigures): Promise<string | null> {
  for (const output of outputs) {
    const results = await all((from) => client.readResults(plan.name, output, from))
    const queue = await brokers.queueMessages(output)
    const topic = await brokers.topicRows(output)
    const fault = faultInTopic(results, topic) ?? faultInQueue(results, queue) ?? faultInTable(results, await brokers.tableRows(output))
    if (fault !== null) return `${output}: ${fault}`
    figures.results += results.length
    figures.resultsAgain += queue.length - results.length
  }
  return null
}

interface Place {
  readonly from: number | 'begin'
  readonly limit: number
}

async function all(page: (place: Place) => Promise<{ readonly items: readonly object[]; readonly next: number }>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let from: Place['from'] = 'begin'; ; ) {
    const { items, next } = await page({ from, limit: 10_000 })
    for (const item of items) rows.push({ ...item })
    if (items.length === 0) return rows
    from = next
  }
}
