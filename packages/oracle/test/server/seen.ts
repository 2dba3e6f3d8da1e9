import type { MillraceClient } from '@millrace/api'
import { eventually, type Hooks, type ResultRow } from './followers.ts'
import type { ServerKillFigures } from './kill-run.ts'
import type { Tenant } from './tenants.ts'

/** Are what followers and webhooks were sent the rows that can be read, all of them? Null: they are. */
export async function faultInSeen({ client, followers, hooked, tenant }: Tenant, hooks: Hooks, figures: ServerKillFigures): Promise<string | null> {
  for (const { app, output, follower } of followers) {
    const rows = await allRows(client, app, output)
    await eventually(`${tenant}'s follower of ${app}/${output} sees row ${rows.length}`, () => follower.rows.length >= rows.length)
    const fault = firstDifference(follower.rows, rows)
    if (fault !== null) return `${tenant}, a follower of ${app}/${output}: ${fault}`
    figures.followed += rows.length
  }
  for (const { app, output } of hooked) {
    const received = hooks.rowsOf(`${app}-${output}`)
    const fault = await faultInHook(received, await allRows(client, app, output), figures)
    if (fault !== null) return `${tenant}, the webhook of ${app}/${output}: ${fault}`
  }
  return null
}

/** At least once, in order but for what comes again. */
async function faultInHook(received: readonly ResultRow[], rows: readonly ResultRow[], figures: ServerKillFigures): Promise<string | null> {
  const bySequence = (): Map<unknown, ResultRow> => new Map(received.map((row) => [row['$sequence'], row]))
  await eventually(`a webhook has ${rows.length} rows`, () => bySequence().size >= rows.length)
  const distinct = [...bySequence().values()]
  figures.hooked += distinct.length
  figures.hookedAgain += received.length - distinct.length
  return firstDifference(distinct, rows)
}

async function allRows(client: MillraceClient, app: string, output: string): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = []
  for (let from: number | 'begin' = 'begin'; ; ) {
    const { items, next } = await client.readResults(app, output, { from, limit: 10_000 })
    rows.push(...items)
    if (items.length === 0) return rows
    from = next
  }
}

/** Of as many as there are of `wanted`: more may have come since. */
function firstDifference(found: readonly ResultRow[], wanted: readonly ResultRow[]): string | null {
  const at = wanted.findIndex((row, place) => JSON.stringify(row) !== JSON.stringify(found[place]))
  return at < 0 ? null : `row ${at} is ${JSON.stringify(found[at])}, as a page ${JSON.stringify(wanted[at])}`
}
