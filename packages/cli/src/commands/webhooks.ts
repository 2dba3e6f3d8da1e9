import type { Webhook } from '@millrace/api'
import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { printTable } from '../show/text-table.ts'
import { type ReadFlags, reading } from './results.ts'

export function describeWebhooks(root: Command, context: CommandContext): void {
  const webhooks = root.command('webhooks').description('send results of an output to an address').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(webhooks.command(text).description(description))

  command('list', 'all webhooks, and how far they are').action(
    asked(context, async ({ client, terminal, show }) => {
      const list = await client.listWebhooks()
      show(list, () => printTable(terminal, columns, list.items, 'There are no webhooks.'))
    }),
  )
  command('create <webhook> <app/output> <url>', 'make one; the secret that it signs with is shown this once')
    .addOption(new Option('--from <place>', 'where it begins (default: now)').choices(['begin', 'now']))
    .action(
      asked<{ readonly from?: 'begin' | 'now' }, [string, string, string]>(context, async ({ client, terminal, show }, { from }, name, what, url) => {
        const [app = '', output = ''] = what.split('/')
        const made = await client.createWebhook(name, { app, output, url, from })
        show(made, () => {
          terminal.err(`Made the webhook ${name}. It signs with this secret, shown this once:\n`)
          terminal.out(`${made.secret}\n`)
        })
      }),
    )
  reading(webhooks.command('dead-letters <webhook>').description('results that it could not deliver')).action(
    asked<ReadFlags, [string]>(context, async (remote, flags, name) => {
      const { showRows } = await import('../remote/rows.ts')
      await showRows(remote, flags, (query) => remote.client.readWebhookDeadLetters(name, query))
    }),
  )
  command('delete <webhook>', 'end it')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `What ${name} has not delivered will not be.`, yes))) return exitCodes.refused
        await client.deleteWebhook(name)
        show({ deleted: name }, () => terminal.err(`Ended the webhook ${name}.\n`))
      }),
    )
}

const columns = [
  ['webhook', ({ name }: Webhook) => name],
  ['of', ({ app, output }: Webhook) => `${app}/${output}`],
  ['to', ({ url }: Webhook) => url],
  ['delivered', ({ delivered }: Webhook) => delivered],
  ['dead', ({ dead }: Webhook) => dead],
  ['state', ({ failing, ended }: Webhook) => ended ?? (failing === null ? 'works' : `${failing.tries} tries: ${failing.reason}`)],
] as const

const examples = `
Examples:
  $ millrace webhooks create pager failures/alerts https://example.org/alerts
  $ millrace webhooks list
  $ millrace webhooks dead-letters pager --json`
