import type { Alert, AlertState, Silence } from '@millrace/api'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { durationMs, keyValue, wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'
import { agoCell, instantCell } from '../show/cells.ts'
import { printTable } from '../show/text-table.ts'

const states = ['raised', 'acknowledged', 'cleared', 'withdrawn'] as const satisfies readonly AlertState[]

interface ListFlags {
  readonly app?: string
  readonly state?: AlertState
  readonly severity?: 'info' | 'warning' | 'critical'
  readonly limit: number
}

interface SilenceFlags {
  readonly app?: string
  readonly output?: string
  readonly key?: Readonly<Record<string, string | number | boolean>>
  readonly for: number
  readonly note?: string
}

export function describeAlerts(root: Command, context: CommandContext): void {
  const alerts = root.command('alerts').description('list, acknowledge and silence alerts').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(alerts.command(text).description(description))

  command('list', 'alerts, the newest first')
    .option('--app <app>', 'of this app')
    .addOption(new Option('--state <state>', 'in this state').choices(states))
    .addOption(new Option('--severity <severity>', 'of this severity').choices(['info', 'warning', 'critical']))
    .option('--limit <n>', 'at most', wholeNumber(1), 50)
    .action(
      asked<ListFlags>(context, async ({ client, terminal, show }, { app, state, severity, limit }) => {
        const items: Alert[] = []
        for await (const alert of client.all((page) => client.listAlerts({ ...page, app, state, severity }))) {
          items.push(alert)
          if (items.length === limit) break
        }
        show({ items }, () => printTable(terminal, alertColumns(Date.now()), items, 'There are no alerts.'))
      }),
    )
  command('ack <app> <alert>', 'say that you know of an alert')
    .option('--note <text>', 'for others')
    .action(
      asked<{ readonly note?: string }, [string, string]>(context, async ({ client, terminal, show }, { note }, app, id) => {
        const alert = await client.acknowledgeAlert(app, id, { note })
        show(alert, () => terminal.err(`Acknowledged: ${alert.message}\n`))
      }),
    )
  command('silence', 'notify nobody of some alerts for a while')
    .option('--app <app>', 'of this app; else of any')
    .option('--output <output>', 'of this output; else of any')
    .option('--key <column=value>', 'of this key; may stand several times', keyValue)
    .requiredOption('--for <duration>', 'so long', durationMs)
    .option('--note <text>', 'for others')
    .action(
      asked<SilenceFlags>(context, async ({ client, terminal, show }, { app, output, key, for: forMs, note }) => {
        const silence = await client.createSilence({ app, output, key, note, untilMs: Date.now() + forMs })
        show(silence, () => terminal.err(`Silence ${silence.id} until ${instantCell(silence.untilMs)}.\n`))
      }),
    )
  command('silences', 'silences in force').action(
    asked(context, async ({ client, terminal, show }) => {
      const silences = await client.listSilences()
      show(silences, () => printTable(terminal, silenceColumns, silences.items, 'There are no silences.'))
    }),
  )
  command('unsilence <silence>', 'end a silence').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, id) => {
      await client.deleteSilence(id)
      show({ deleted: id }, () => terminal.err(`Ended the silence ${id}.\n`))
    }),
  )
}

const alertColumns = (nowMs: number) =>
  [
    ['raised', ({ raisedMs }: Alert) => agoCell(raisedMs, nowMs)],
    ['severity', ({ severity }: Alert) => severity],
    ['state', ({ state, silenced }: Alert) => (silenced ? `${state}, silenced` : state)],
    ['app', ({ app }: Alert) => app],
    ['message', ({ message }: Alert) => message],
    ['alert', ({ id }: Alert) => id],
  ] as const

const silenceColumns = [
  ['silence', ({ id }: Silence) => id],
  ['app', ({ app }: Silence) => app ?? 'any'],
  ['output', ({ output }: Silence) => output ?? 'any'],
  ['key', ({ key }: Silence) => (Object.keys(key).length === 0 ? 'any' : JSON.stringify(key))],
  ['until', ({ untilMs }: Silence) => instantCell(untilMs)],
  ['by', ({ by }: Silence) => by],
  ['note', ({ note }: Silence) => note],
] as const

const examples = `
Examples:
  $ millrace alerts list --state raised --severity critical
  $ millrace alerts ack failures 0f3c6f0b2c8e4a17b1d2c3e4f5a60718 --note "on my way"
  $ millrace alerts silence --app failures --key station_id=7 --for 2h --note maintenance
  $ millrace alerts silences`
