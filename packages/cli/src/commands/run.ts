import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { repeated, speed, wholeNumber } from '../option-values.ts'
import type { RunFlags } from '../run/run-flags.ts'

export function describeRun(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('run <app>')
    .description('run an app (or a plan) over files or standard input')
    .option('-i, --input <stream=file>', 'records of a stream, plain or gzip, - is standard input; may stand several times', repeated)
    .option('-o, --out <dir>', 'folder for one file an output, dead letters and late records; - is standard output', '-')
    .addOption(new Option('-f, --format <format>', 'how results are written (default: table on a terminal, else ndjson)').choices(['ndjson', 'csv', 'table']))
    .option('-p, --param <name=value>', "a value for one of the app's params; may stand several times", repeated)
    .option('--only <output>', 'only this output; may stand several times', repeated)
    .addOption(new Option('--speed <speed>', 'max, or how many times faster than the data: 1x, 60x').argParser(speed).default(0, 'max'))
    .option('--limit <n>', 'rows of an output that a table shows', wholeNumber(1), 40)
    .option('--tenant <name>', 'the name that result ids are made with', 'local')
    .option('--summary <file>', 'write the summary as JSON, too')
    .option('--state <dir>', 'keep records, results and progress in a folder: whatever ends the run, the same command goes on where it was')
    .option('--workers <n>', 'with --state: threads that the app may be spread over by key, while that is faster (default: 1)', wholeNumber(1))
    .option('--keep-open', 'with --state: more will follow, so the end of the inputs closes nothing')
    .option('--upgrade', 'with --state: go on with a changed app; what state cannot be kept is listed')
    .option('--fresh', 'with --state: compute all results anew from the records kept')
    .addHelpText('after', examples)
    .action(async (file: string, flags: RunFlags) => {
      const { runApp } = await import('../run/run-app.ts')
      finish(await runApp(file, flags, terminal))
    })
}

const examples = `
Results go to standard output or, one file an output, to the folder; dead-letters.ndjson and late.ndjson
hold what did not fit and what came too late. Progress and the summary go to standard error.

With --state everything that was read and computed is kept in a folder. Ended by Ctrl-C, kill -9 or a loss of power,
the same command goes on: no record is read twice, no result is lost or doubled. Every run writes all results of the
folder, from the first. With --keep-open a later run may bring a file that grew, or other files.

Examples:
  $ millrace run app.ts --input alarms=alarms.csv
  $ millrace run app.ts --input alarms=alarms.csv.gz --out results --format csv --param limit=3
  $ millrace run app.ts --input alarms=alarms.csv --format table --speed 60x
  $ millrace run app.ts --input readings=a.csv --input readings=b.csv --input doors=doors.ndjson --out results
  $ millrace run app.ts --input alarms=alarms.csv --state state --out results
  $ millrace generate bts --rows 10000 | millrace run app.ts --input alarms=- --only alerts`
