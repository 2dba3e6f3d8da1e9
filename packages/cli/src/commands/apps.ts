import type { App, AppEvent, AppVersion, DeliveryPath } from '@millrace/api'
import { Argument, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { repeated, wholeNumber } from '../option-values.ts'
import { allItems } from '../remote/all-items.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { instantCell } from '../show/cells.ts'
import { printTable } from '../show/text-table.ts'

export function describeApps(root: Command, context: CommandContext): void {
  const apps = root.command('apps').description('list, change, roll back and delete apps; their versions and history').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(apps.command(text).description(description))

  command('list', 'all apps').action(
    asked(context, async ({ client, terminal, show }) => {
      const items = await allItems(client, (page) => client.listApps(page))
      show({ items }, () => printTable(terminal, appColumns, items, 'There are no apps.'))
    }),
  )
  command('plan <app>', 'print the plan that is deployed').action(
    asked<object, [string]>(context, async ({ client, terminal }, _flags, name) => {
      terminal.out(`${JSON.stringify((await client.getApp(name)).plan, null, 2)}\n`)
    }),
  )
  command('params <app>', 'change params; the state is kept')
    .requiredOption('-p, --param <name=value>', "a value, or NAME=default for the plan's own; may stand several times", repeated)
    .action(
      asked<{ readonly param: readonly string[] }, [string]>(context, async ({ client, terminal, show }, { param }, name) => {
        const { changedParams } = await import('../remote/changed-params.ts')
        const app = await client.changeParams(name, { params: changedParams((await client.getApp(name)).plan, param) })
        show(app, () => terminal.err(`${app.name}, version ${app.version}: ${JSON.stringify(app.params)}\n`))
      }),
    )
  command('versions <app>', 'its versions, the newest first').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const items = await allItems(client, (page) => client.listAppVersions(name, page))
      show({ items }, () => printTable(terminal, versionColumns, items, 'There are no versions.'))
    }),
  )
  command('roll-back <app>', 'bring back the plan and params of an earlier version')
    .addArgument(new Argument('<version>').argParser(wholeNumber(1)))
    .option('--dry-run', 'only tell what would become of the state')
    .option('--yes', 'do not ask where state is dropped')
    .action(
      asked<{ readonly dryRun?: boolean; readonly yes?: boolean }, [string, number]>(context, async ({ client, terminal, show }, flags, name, version) => {
        const looked = await client.rollBackApp(name, { version, dryRun: true })
        const dropped = looked.state.filter(({ fate }) => fate === 'dropped').map((one) => one.name)
        if (flags.dryRun === true) {
          show(looked, () => printTable(terminal, fateColumns, looked.state, 'No state would change.'))
          return exitCodes.ok
        }
        if (dropped.length > 0 && !(await confirmed(terminal, `State of ${dropped.join(', ')} will be dropped.`, flags.yes))) return exitCodes.refused
        const done = await client.rollBackApp(name, { version })
        show(done, () => terminal.err(`${name} is as in version ${version}, now version ${done.app.version}: ${done.app.state}\n`))
        return exitCodes.ok
      }),
    )
  command('history <app>', 'what happened to it, the newest first').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const items = await allItems(client, (page) => client.appHistory(name, page))
      show({ items }, () => printTable(terminal, eventColumns, items, 'Nothing happened yet.'))
    }),
  )
  command('delivery <app>', 'how often a record counts, by every way in and out, and why').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const items = await allItems(client, (page) => client.appDelivery(name, page))
      show({ items }, () => printTable(terminal, pathColumns, items, 'There are no paths.'))
    }),
  )
  command('savepoints <app>', 'names of the states that were kept').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const savepoints = await client.listSavepoints(name)
      show(savepoints, () => printTable(terminal, [['savepoint', (text: string) => text]], savepoints.items, 'There are no savepoints.'))
    }),
  )
  command('delete-savepoint <app> <savepoint>', 'delete a state that was kept').action(
    asked<object, [string, string]>(context, async ({ client, terminal, show }, _flags, name, savepoint) => {
      await client.deleteSavepoint(name, savepoint)
      show({ deleted: savepoint }, () => terminal.err(`Deleted the savepoint ${savepoint} of ${name}.\n`))
    }),
  )
  command('delete <app>', 'delete an app with its state and results')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `The app ${name}, its state and its results will be gone.`, yes))) return exitCodes.refused
        await client.deleteApp(name)
        show({ deleted: name }, () => terminal.err(`Deleted the app ${name}.\n`))
      }),
    )
}

const appColumns = [
  ['app', ({ name }: App) => name],
  ['version', ({ version }: App) => version],
  ['state', ({ state }: App) => state],
  ['streams', ({ streams }: App) => streams.join(', ')],
  ['outputs', ({ outputs }: App) => outputs.join(', ')],
  ['params', ({ params }: App) => JSON.stringify(params)],
  ['deployed', ({ deployedMs }: App) => instantCell(deployedMs)],
] as const

const versionColumns = [
  ['version', ({ version }: AppVersion) => version],
  ['deployed', ({ deployedMs }: AppVersion) => instantCell(deployedMs)],
  ['cause', ({ cause, rolledBackTo }: AppVersion) => (rolledBackTo === null ? cause : `${cause} to ${rolledBackTo}`)],
  ['plan', ({ planHash }: AppVersion) => planHash.slice(0, 12)],
  ['params', ({ params }: AppVersion) => JSON.stringify(params)],
] as const

const eventColumns = [
  ['at', ({ atMs }: AppEvent) => instantCell(atMs)],
  ['what', ({ kind }: AppEvent) => kind],
  ['version', ({ version }: AppEvent) => version],
  ['code', ({ code }: AppEvent) => code],
  ['reason', ({ reason }: AppEvent) => reason],
] as const

const pathColumns = [
  ['stream', ({ stream }: DeliveryPath) => stream],
  ['in by', ({ wayIn }: DeliveryPath) => wayIn],
  ['output', ({ output }: DeliveryPath) => output],
  ['out by', ({ wayOut, whereOut }: DeliveryPath) => (wayOut === 'webhooks' || wayOut === 'files' ? `${wayOut} ${whereOut}` : wayOut)],
  ['guarantee', ({ guarantee }: DeliveryPath) => guarantee],
  ['reason', ({ reason }: DeliveryPath) => reason],
] as const

const fateColumns = [
  ['of', ({ kind, name }: { readonly kind: string; readonly name: string }) => `${kind} ${name}`],
  ['state', ({ fate }: { readonly fate: string }) => fate],
  ['reason', ({ reason }: { readonly reason: string }) => reason],
] as const

const examples = `
Examples:
  $ millrace apps list
  $ millrace apps params failures --param limit=7
  $ millrace apps versions failures
  $ millrace apps roll-back failures 3 --dry-run
  $ millrace apps delivery failures
  $ millrace apps history failures`
