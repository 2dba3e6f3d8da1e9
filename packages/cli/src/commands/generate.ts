import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { airDefaults, btsDefaults, errorTypes, type GenerateOptions } from '../generate/options.ts'
import { durationMs, instantMs, listOf, positive, share, wholeNumber } from '../option-values.ts'
import { coloured } from '../terminal.ts'

interface GenerateFlags {
  readonly rows: number
  readonly format: 'csv' | 'ndjson'
  readonly header: boolean
  readonly start: number
  readonly span: number
  readonly rate?: number
  readonly stations: number
  readonly sensors: number
  readonly skew: number
  readonly storms: number
  readonly disorder: number
  readonly delay: number
  readonly duplicates: number
  readonly sentinels: number
  readonly errors: number
  readonly errorTypes: GenerateOptions['errorTypes']
  readonly zoneText: string
  readonly seed: number
  readonly out: string
}

export function describeGenerate(root: Command, context: CommandContext): void {
  const generate = root.command('generate').description('write sensor data: the same options and seed give the same bytes').exitOverride()
  describeKind(generate, context, 'bts', 'alarms of base transceiver stations', btsDefaults)
  describeKind(generate, context, 'air', 'fine dust measurements (CSV with semicolons, or nested JSON)', airDefaults)
  generate.addHelpText('after', examples)
}

function describeKind(generate: Command, { terminal, finish }: CommandContext, kind: 'bts' | 'air', description: string, defaults: GenerateOptions): void {
  generate
    .command(kind)
    .description(description)
    .option('--rows <n>', 'records, duplicates and bad ones included', wholeNumber(0), defaults.rows)
    .addOption(new Option('--format <format>', 'how records are written').choices(['csv', 'ndjson']).default('csv'))
    .option('--no-header', 'CSV without the line of column names')
    .addOption(option('--start <time>', 'event time of the first record', instantMs, defaults.startMs, new Date(defaults.startMs).toISOString()))
    .addOption(option('--span <duration>', 'event time from the first record to the last', durationMs, defaults.spanMs, '3d'))
    .addOption(new Option('--rate <n>', 'records a second of event time, instead of --span').argParser(positive).conflicts('span'))
    .option('--stations <n>', 'stations, or places', wholeNumber(1), defaults.stations)
    .option('--sensors <n>', 'distinct keys, spread over the stations', wholeNumber(1), defaults.sensors)
    .option('--skew <share>', 'share of the records that one station sends', share, defaults.skew)
    .addOption(option('--storms <duration>', "bts: that station's alarms come in storms of this length", durationMs, defaults.stormMs, '0s: evenly'))
    .option('--disorder <share>', 'share of the records that come late', share, defaults.disorder)
    .addOption(option('--delay <duration>', 'how late they come at most', durationMs, defaults.delayMs, `${defaults.delayMs / 1000}s`))
    .option('--duplicates <share>', 'share of the records that repeat an earlier one', share, defaults.duplicates)
    .option('--sentinels <share>', 'share of the records with 999999 for "not measured"', share, defaults.sentinels)
    .option('--errors <n>', 'one record in n is bad, 0: none', wholeNumber(0), defaults.errorsOneIn)
    .addOption(option('--error-types <list>', 'which kinds of bad records, by commas', listOf(errorTypes), errorTypes, 'all'))
    .option('--zone-text <text>', 'written after every time, such as " UTC"', '')
    .option('--seed <n>', 'another seed, other data', wholeNumber(0), defaults.seed)
    .option('-o, --out <file>', 'a file; - is standard output', '-')
    .addHelpText('after', examples)
    .action(async (flags: GenerateFlags) => {
      const { writeGenerated } = await import('../generate/write.ts')
      const counts = writeGenerated(kind, optionsOf(flags), flags.out)
      const bad = counts.bad === 0 ? '' : `, ${counts.bad} of them bad (${[...counts.badByType].map(([type, count]) => `${type} ${count}`).join(', ')})`
      terminal.err(`${coloured(terminal.errColours, 'green', 'wrote')} ${counts.rows} records${bad}${flags.out === '-' ? '' : ` to ${flags.out}`}\n`)
      finish(exitCodes.ok)
    })
}

function option<T>(flags: string, description: string, parse: (text: string) => T, value: T, shown: string): Option {
  return new Option(flags, description).argParser(parse).default(value, shown)
}

function optionsOf(flags: GenerateFlags): GenerateOptions {
  const { start, span, rate, storms, delay, errors, out: _, ...same } = flags
  return { ...same, startMs: start, spanMs: rate === undefined ? span : ((flags.rows - 1) / rate) * 1000, stormMs: storms, delayMs: delay, errorsOneIn: errors }
}

const examples = `
Error types: ${errorTypes.join(', ')}

Examples:
  $ millrace generate bts --rows 2_000_000 --out alarms.csv
  $ millrace generate bts --rows 10000 --rate 100 --errors 50 --error-types malformed,wrong-type --seed 7
  $ millrace generate air --format ndjson --sensors 200 --span 1d --out air.ndjson`
