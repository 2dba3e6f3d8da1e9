import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { durationMs, repeated, wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

export interface QueryFlags {
  readonly format?: 'table' | 'json' | 'csv' | 'arrow' | 'parquet'
  readonly out?: string
  readonly param?: readonly string[]
  readonly analysis?: string
  readonly analyses?: boolean
  readonly tables?: boolean
  readonly rows?: number
  readonly time?: number
}

export function describeQuery(root: Command, context: CommandContext): void {
  asking(root.command('query [sql]').description('ask the history in SQL, or by a ready-made analysis'))
    .addOption(new Option('-f, --format <format>', 'how rows are written (default: table)').choices(['table', 'json', 'csv', 'arrow', 'parquet']))
    .option('-o, --out <file>', 'a file to write; arrow and parquet need one')
    .option('-p, --param <name=value>', 'value of $name in the SQL, or of the analysis; may stand several times', repeated)
    .option('--analysis <name>', 'a ready-made question in place of SQL')
    .option('--analyses', 'list the ready-made questions and what they take')
    .option('--tables', 'list the tables of the history')
    .option('--rows <n>', 'rows at most', wholeNumber(1))
    .option('--time <duration>', 'it is ended after this time', durationMs)
    .addHelpText('after', examples)
    .action(
      asked<QueryFlags, [string | undefined]>(context, async (remote, flags, sql) => {
        const { query } = await import('../remote/query.ts')
        await query(remote, sql, flags)
      }),
    )
}

const examples = `
Examples:
  $ millrace query --tables
  $ millrace query 'SELECT station_id, count(*) AS n FROM alarms GROUP BY ALL ORDER BY n DESC LIMIT 5'
  $ millrace query 'SELECT * FROM alarms WHERE value > $limit' --param limit=30 --format csv --out rows.csv
  $ millrace query --analyses
  $ millrace query --analysis ranking --param table=alarms --param by=station_id`
