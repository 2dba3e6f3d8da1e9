import type { CreatedKey, Key, Scope } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { durationMs, listOf } from '../option-values.ts'
import { allItems } from '../remote/all-items.ts'
import { asked, asking, type Remote } from '../remote/remote.ts'
import { agoCell, instantCell } from '../show/cells.ts'
import { printTable } from '../show/text-table.ts'

const scopes = ['operator', 'admin', 'deploy', 'read', 'ingest'] as const satisfies readonly Scope[]

interface NewKeyFlags {
  readonly scope: readonly Scope[]
  readonly label?: string
  readonly device?: string
  readonly expires?: number
}

export function describeKeys(root: Command, context: CommandContext): void {
  const keys = root.command('keys').description('list, make, rotate and revoke API keys').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(keys.command(text).description(description))

  command('list', 'all keys, without their secrets').action(
    asked(context, async ({ client, terminal, show }) => {
      const items = await allItems(client, (page) => client.listKeys(page))
      show({ items }, () => printTable(terminal, columns(Date.now()), items, 'There are no keys.'))
    }),
  )
  command('create', 'make a key; its secret is shown this once')
    .requiredOption('--scope <scopes>', `what it may, by commas: ${scopes.join(', ')}`, listOf(scopes))
    .option('--label <text>', 'for people')
    .option('--device <name>', 'the device it belongs to; it may only ingest')
    .option('--expires <duration>', 'it ends after this time, such as 90d', durationMs)
    .action(
      asked<NewKeyFlags>(context, async (remote, { scope, label, device, expires, tenant }) => {
        const expiresMs = expires === undefined ? undefined : Date.now() + expires
        showSecret(remote, await remote.client.createKey({ scopes: scope, label, device, expiresMs, tenant }))
      }),
    )
  command('rotate <key>', 'make another key in the place of this one, which stays valid for a while')
    .option('--grace <duration>', 'so long the old one is still taken, 0s: not at all (default: 1d)', durationMs)
    .action(
      asked<{ readonly grace?: number }, [string]>(context, async (remote, { grace }, id) => {
        showSecret(remote, await remote.client.rotateKey(id, { graceMs: grace }))
      }),
    )
  command('revoke <key>', 'refuse a key from now on').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, id) => {
      await client.revokeKey(id)
      show({ revoked: id }, () => terminal.err(`Revoked the key ${id}.\n`))
    }),
  )
}

/** The secret alone goes out, so that a script can take it. */
function showSecret({ show, terminal }: Remote, key: CreatedKey): void {
  show(key, () => {
    terminal.err(`Key ${key.id} (${key.scopes.join(', ')}), shown this once:\n`)
    terminal.out(`${key.secret}\n`)
  })
}

const columns = (nowMs: number) =>
  [
    ['key', ({ id }: Key) => id],
    ['label', ({ label }: Key) => label],
    ['scopes', (key: Key) => key.scopes.join(', ')],
    ['device', ({ device }: Key) => device],
    ['last used', ({ lastUsedMs }: Key) => agoCell(lastUsedMs, nowMs)],
    ['ends', ({ expiresMs }: Key) => instantCell(expiresMs)],
    ['state', (key: Key) => stateOf(key, nowMs)],
  ] as const

function stateOf({ revokedMs, expiresMs }: Key, nowMs: number): string {
  if (revokedMs !== null) return 'revoked'
  return expiresMs !== null && expiresMs <= nowMs ? 'ended' : 'valid'
}

const examples = `
Examples:
  $ millrace keys create --scope ingest --device gateway-3 --expires 90d
  $ KEY=$(millrace keys create --scope read,deploy --label ci)
  $ millrace keys rotate 6f1d2c3b4a596877 --grace 1h
  $ millrace keys revoke 6f1d2c3b4a596877`
