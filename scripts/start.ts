import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `npm start`: real alarms found in real data, then the same kind of app over a larger generated set. */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const example = join('examples', 'bts-alarms')
const out = join('out', 'start')
const generated = join(out, 'alarms.csv')
const rows = 1_000_000

heading('1. Real alarms of one hour, 23 October 2017: voltage and motion')
millrace(['run', join(example, 'voltage-and-motion.ts'), '--input', `recorded=${join(example, 'data', 'alarm-2017-10-23-12-vn.csv')}`, '--format', 'table'])

heading(`2. The same kind of station, ${rows.toLocaleString('en')} generated alarms of three days: failing equipment`)
mkdirSync(join(root, out), { recursive: true })
millrace(['generate', 'bts', '--rows', String(rows), '--storms', '20m', '--errors', '10000', '--out', generated])
millrace(['run', join(example, 'equipment-failures.ts'), '--input', `alarms=${generated}`, '--format', 'table', '--only', 'alerts', '--limit', '20'])

heading('Next')
console.log(`  Change a limit:        npx millrace run ${join(example, 'equipment-failures.ts')} -i alarms=${generated} --param limit=20 --only alerts
  All results as files:  npx millrace run ${join(example, 'equipment-failures.ts')} -i alarms=${generated} --out ${join(out, 'results')}
  What an app becomes:   npx millrace plan ${join(example, 'equipment-failures.ts')}
  Everything else:       npx millrace --help`)

function heading(text: string): void {
  console.log(`\n=== ${text} ===\n`)
}

function millrace(args: readonly string[]): void {
  const command = join(root, 'packages', 'cli', 'bin', 'millrace.js')
  if (!existsSync(command)) throw new Error(`${command} is not there`)
  console.log(`$ millrace ${args.join(' ')}`)
  const { status } = spawnSync(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
