import type { Tenant } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { quota } from '../option-values.ts'
import { allItems } from '../remote/all-items.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { bytesCell, countCell, instantCell } from '../show/cells.ts'
import { printFacts, printTable } from '../show/text-table.ts'

interface QuotaFlags {
  readonly quota?: Readonly<Record<string, number | null>>
}

export function describeTenants(root: Command, context: CommandContext): void {
  const tenants = root.command('tenants').description('list, make, change and erase tenants (for operators)').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(tenants.command(text).description(description))

  command('list', 'all tenants').action(
    asked(context, async ({ client, terminal, show }) => {
      const items = await allItems(client, (page) => client.listTenants(page))
      show({ items }, () => printTable(terminal, columns, items, 'There are no tenants.'))
    }),
  )
  command('show <tenant>', 'a tenant with its quotas').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const tenant = await client.getTenant(name)
      show(tenant, () => printFacts(terminal, factsOf(tenant)))
    }),
  )
  command('create <tenant>', 'make a tenant')
    .option('--quota <name=value>', 'a quota that is not the default, none: no limit; may stand several times', quota)
    .action(
      asked<QuotaFlags, [string]>(context, async ({ client, terminal, show }, { quota: quotas }, name) => {
        const tenant = await client.createTenant({ name, quotas })
        show(tenant, () => terminal.err(`Made the tenant ${tenant.name}. Its first key: millrace keys create --tenant ${tenant.name} --scope admin\n`))
      }),
    )
  command('change <tenant>', 'change quotas of a tenant')
    .requiredOption('--quota <name=value>', 'a quota to be changed, none: no limit; may stand several times', quota)
    .action(
      asked<QuotaFlags, [string]>(context, async ({ client, terminal, show }, { quota: quotas = {} }, name) => {
        const tenant = await client.changeTenant(name, { quotas })
        show(tenant, () => printFacts(terminal, factsOf(tenant)))
      }),
    )
  command('export <tenant>', 'write all that a tenant has to a tar file')
    .requiredOption('-o, --out <file>', 'the file; - is standard output')
    .action(
      asked<{ readonly out: string }, [string]>(context, async ({ client, terminal, show }, { out }, name) => {
        const { writeStream } = await import('../remote/write-stream.ts')
        const bytes = await writeStream(await client.exportTenant(name), out)
        const tell = (): void => terminal.err(`Exported ${name}, ${bytesCell(bytes)}${out === '-' ? '' : ` to ${out}`}.\n`)
        if (out === '-') tell()
        else show({ tenant: name, file: out, bytes }, tell)
      }),
    )
  command('delete <tenant>', 'erase a tenant with all it has')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `All streams, apps, results and keys of ${name} will be gone.`, yes))) return exitCodes.refused
        await client.deleteTenant(name)
        show({ deleted: name }, () => terminal.err(`Erased the tenant ${name}.\n`))
      }),
    )
}

const columns = [
  ['tenant', ({ name }: Tenant) => name],
  ['made', ({ createdMs }: Tenant) => instantCell(createdMs)],
  ['records/s', ({ quotas }: Tenant) => countCell(quotas.recordsPerSecond)],
  ['storage bytes', ({ quotas }: Tenant) => countCell(quotas.storageBytes)],
  ['apps', ({ quotas }: Tenant) => countCell(quotas.apps)],
  ['streams', ({ quotas }: Tenant) => countCell(quotas.streams)],
] as const

function factsOf({ name, createdMs, quotas }: Tenant): readonly (readonly [string, string | null])[] {
  return [
    ['tenant', name],
    ['made', instantCell(createdMs)],
    ...Object.entries(quotas).map(([quotaName, value]) => [`quota ${quotaName}`, countCell(value)] as const),
  ]
}

const examples = `
Examples:
  $ millrace tenants list
  $ millrace tenants create acme --quota recordsPerSecond=50000 --quota apps=20
  $ millrace tenants change acme --quota recordsPerSecond=none
  $ millrace tenants export acme --out acme.tar
  $ millrace tenants delete acme --yes`
