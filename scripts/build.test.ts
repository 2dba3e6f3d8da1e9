import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, distOf, publicPackages } from './build.ts'

/** What is published: built, packed, installed into an empty folder, and run there on Node alone. */

let folder = ''
const bin = (name: string) => join(folder, 'node_modules', '.bin', name)
const environment = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`, NODE_OPTIONS: '' }

const app = `import { app, schema, stream, float64, text, timestamp, tumbling, minutes } from '@millrace/sdk'
const readings = stream('readings', {
  schema: schema({ sensor: text(), at: timestamp({ format: 'iso' }), value: float64() }),
  format: 'csv', time: 'at', watermark: { boundedOutOfOrderness: minutes(1) },
})
export default app('installed', { params: { limit: 1 } }, (from) => {
  const counts = from(readings).keyBy('sensor').window(tumbling(minutes(1))).aggregate((r, { count, max }) => ({ readings: count(), highest: max(r.value) }))
  return { counts, alerts: counts.alert({ when: (w, p) => w.readings > p.limit, message: (w) => \`\${w.sensor}: \${w.readings}\` }) }
})
`

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-install-'))
  build()
  const packed = join(folder, 'packed')
  mkdirSync(packed)
  npm(['pack', '--silent', '--pack-destination', packed, ...publicPackages().map((name) => distOf(name))], folder)
  const files = readdirSync(packed).map((file) => join(packed, file))
  writeFileSync(join(folder, 'package.json'), '{ "name": "elsewhere", "private": true, "type": "module" }')
  // The platform's Node is left out: the tests run on the one at hand.
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--omit=optional', ...files], folder)
  writeFileSync(join(folder, 'app.ts'), app)
  writeFileSync(
    join(folder, 'readings.csv'),
    'sensor,at,value\na,2017-02-01T00:00:01Z,1.5\na,2017-02-01T00:00:02Z,2.5\nb,2017-02-01T00:00:03Z,bad\nb,2017-02-01T00:00:04Z,3\n',
  )
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the published packages', () => {
  test.each([
    ['', []],
    [', kept in a folder', ['--state', 'state', '--workers', '2']],
  ])('an installed app runs by the millrace command%s', (_, flags) => {
    const { status, stdout, stderr } = spawnSync(bin('millrace'), ['run', 'app.ts', '-i', 'readings.csv', '--only', 'alerts', ...flags], {
      cwd: folder,
      encoding: 'utf8',
      env: environment,
    })
    expect(stderr).toContain('4 records')
    expect(status).toBe(0)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message),
    ).toEqual(['a: 2', 'a: 2'])
  })

  test('an app type-checks against the installed declarations', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        join(import.meta.dirname, '..', 'node_modules', '.bin', 'tsc'),
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2024',
        '--types',
        '',
        'app.ts',
      ],
      { cwd: folder, encoding: 'utf8', env: environment },
    )
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  test('each brings its README, its licence and no source', () => {
    for (const name of publicPackages()) {
      const files = readdirSync(join(folder, 'node_modules', '@millrace', name), { recursive: true, encoding: 'utf8' })
      expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'index.js', 'index.d.ts', 'package.json']))
      expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\.js$/.test(file))).toEqual([])
    }
  })
})
