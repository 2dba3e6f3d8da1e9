import type { App, Followed, FollowOptions, MillraceClient } from '@millrace/api'
import { MillraceError } from '@millrace/plan'
import type { TailFlags } from '../commands/tail.ts'
import { hint } from '../nearest.ts'
import { plainText } from '../plain-text.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { alertLine } from '../show/alert-line.ts'
import { coloured } from '../terminal.ts'
import { allItems } from './all-items.ts'
import type { Remote } from './remote.ts'

interface Source {
  /** `failures/alerts`, `alarms`. */
  readonly name: string
  /** Null: it is a stream. */
  readonly app: string | null
  follow(options: FollowOptions): AsyncGenerator<Followed>
}

const lostEveryMs = 60_000

/** Follows all that is named, rows in the order in which they come. Errors: CLI_TAIL_UNKNOWN, those of the client. */
export async function tail(remote: Remote, what: readonly string[], { from, limit }: TailFlags): Promise<void> {
  const sources = await sourcesOf(remote.client, what)
  const interrupt = onInterrupt()
  const ended = new AbortController()
  void interrupt.stopped.then(() => ended.abort())
  const { unread } = remote.terminal
  const signal = unread === undefined ? ended.signal : AbortSignal.any([ended.signal, unread])
  const lost = atMostEvery(lostEveryMs, () =>
    remote.terminal.err(`The server at ${remote.target.url} cannot be reached; what comes is shown once it can (Ctrl-C ends this).\n`),
  )
  let left = limit ?? Number.POSITIVE_INFINITY
  const take = async (source: Source): Promise<void> => {
    for await (const { row } of source.follow({ from, signal, lost })) {
      if (left-- > 0) show(remote, source, row)
      if (left <= 0) ended.abort()
    }
  }
  try {
    await Promise.all(sources.map(take))
  } finally {
    ended.abort()
    interrupt.release()
  }
}

/** Of all that is followed one tells it, at most every few seconds. */
function atMostEvery(ms: number, tell: () => void): () => void {
  let toldMs = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - toldMs < ms) return
    toldMs = performance.now()
    tell()
  }
}

function show({ terminal, json }: Remote, { name, app }: Source, row: Followed['row']): void {
  if (json) terminal.out(`${JSON.stringify({ _from: name, ...row })}\n`)
  else if (app !== null && 'alert' in row)
    terminal.out(`${alertLine({ tenant: null, app, row, seenMs: Number(row['$ingestionMs']), latencyMs: null }, terminal)}\n`)
  else {
    const cells = Object.entries(row).filter(([column]) => !column.startsWith('$') && column !== '_id')
    const text = cells.map(([column, value]) => `${column}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join('  ')
    terminal.out(`${coloured(terminal.outColours, 'dim', name)}  ${plainText(text)}\n`)
  }
}

async function sourcesOf(client: MillraceClient, what: readonly string[]): Promise<readonly Source[]> {
  const apps = await allItems(client, (page) => client.listApps(page))
  if (what.length === 0) return (await Promise.all(apps.map(({ name }) => alertsOf(client, name)))).flat()
  const streams = (await allItems(client, (page) => client.listStreams(page))).map(({ name }) => name)
  return what.flatMap((name) => named(client, name, apps, streams))
}

function named(client: MillraceClient, name: string, apps: readonly App[], streams: readonly string[]): readonly Source[] {
  const outputs = apps.flatMap((app) => app.outputs.map((output) => [app.name, output] as const))
  const found = outputs.filter(([app, output]) => name === app || name === `${app}/${output}`)
  if (found.length > 0) return found.map(([app, output]) => outputSource(client, app, output))
  if (streams.includes(name)) return [{ name, app: null, follow: (options) => client.followRecords(name, options) }]
  const names = [...streams, ...apps.map((app) => app.name), ...outputs.map(([app, output]) => `${app}/${output}`)]
  throw new MillraceError('CLI_TAIL_UNKNOWN', { name, names: names.join(', ') || 'nothing', hint: hint(name, names) })
}

async function alertsOf(client: MillraceClient, app: string): Promise<readonly Source[]> {
  const { plan } = await client.getApp(app)
  const alerts = plan.operators.filter(({ kind }) => kind === 'alert').map(({ id }) => id)
  const outputs = Object.keys(plan.outputs).filter((output) => alerts.includes(plan.outputs[output] as string))
  return outputs.map((output) => outputSource(client, app, output))
}

function outputSource(client: MillraceClient, app: string, output: string): Source {
  return { name: `${app}/${output}`, app, follow: (options) => client.followResults(app, output, options) }
}
