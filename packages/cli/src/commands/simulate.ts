import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { type ErrorType, errorTypes } from '../generate/options.ts'
import { durationMs, listOf, positive, share, wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

export interface SimulateFlags {
  readonly tenant?: string
  readonly kind: 'bts' | 'air'
  readonly file?: string
  readonly way: 'http' | 'mqtt' | 'tcp'
  readonly url?: string
  readonly rate: number
  readonly records?: number
  readonly for?: number
  readonly batch: number
  readonly senders: number
  readonly measure?: string
  readonly sensors?: number
  readonly stations?: number
  readonly skew?: number
  readonly disorder?: number
  readonly delay?: number
  readonly duplicates?: number
  readonly errors?: number
  readonly errorTypes: readonly ErrorType[]
  readonly seed: number
}

export function describeSimulate(root: Command, context: CommandContext): void {
  asking(root.command('simulate <stream>').description('send generated sensors, or files, to a stream at a rate, and measure how long alerts take'))
    .addOption(new Option('--kind <kind>', 'what the sensors measure').choices(['bts', 'air']).default('bts'))
    .option('--file <file>', 'play the lines of this file in place of generated sensors, plain or .gz')
    .addOption(new Option('--way <way>', 'how they send').choices(['http', 'mqtt', 'tcp']).default('http'))
    .option('--url <url>', 'where MQTT or TCP listen (default: mqtt://HOST:1883, tcp://HOST:9000)')
    .addOption(new Option('--rate <n>', 'records a second, max: as many as are acknowledged').argParser(rate).default(100))
    .option('--records <n>', 'end after so many', wholeNumber(1))
    .option('--for <duration>', 'end after this time', durationMs)
    .option('--batch <n>', 'records that are sent at once, at most', wholeNumber(1), 100)
    .option('--senders <n>', 'that many send at the same time', wholeNumber(1), 1)
    .option('--measure <app/output>', 'follow an output: from the sending of a record until the result that it caused is seen')
    .option('--sensors <n>', 'distinct sensors', wholeNumber(1))
    .option('--stations <n>', 'stations, or places', wholeNumber(1))
    .option('--skew <share>', 'share of the records that one station sends', share)
    .option('--disorder <share>', 'share of the records that are about an earlier time ...', share)
    .option('--delay <duration>', '... by this at most', durationMs)
    .option('--duplicates <share>', 'share of the records that repeat an earlier one', share)
    .option('--errors <n>', 'one record in n is bad, 0: none', wholeNumber(0))
    .addOption(new Option('--error-types <list>', 'which kinds of bad records, by commas').argParser(listOf(errorTypes)).default(errorTypes, 'all'))
    .option('--seed <n>', 'another seed, other data', wholeNumber(0), 1)
    .addHelpText('after', examples)
    .action(
      asked<SimulateFlags, [string]>(context, async (remote, flags, stream) => {
        const { simulate } = await import('../simulate/simulate.ts')
        return await simulate(remote, stream, flags)
      }),
    )
}

/** Infinity: as fast as it goes. */
function rate(text: string): number {
  return text === 'max' ? Number.POSITIVE_INFINITY : positive(text)
}

const examples = `
Times of generated records are those of now. Ctrl-C ends it with its report; --json gives the report as JSON.

Examples:
  $ millrace simulate alarms --rate 500 --measure failures/alerts
  $ millrace simulate alarms --way mqtt --senders 20 --errors 100 --error-types malformed,wrong-type --for 1m
  $ millrace simulate readings --kind air --disorder 0.2 --delay 30s --duplicates 0.1
  $ millrace simulate alarms --file alarms.csv.gz --rate max --batch 1000 --json`
