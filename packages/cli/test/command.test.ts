import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { counting, merging } from './plans.ts'

/** The real command in a process of its own. */

const command = join(import.meta.dirname, '..', 'bin', 'millrace.js')
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-command-'))
  fileOf('counting.json', JSON.stringify(counting))
  fileOf('merging.json', JSON.stringify(merging))
  fileOf('readings.csv', readings)
})
afterAll(() => rmSync(folder, { recursive: true }))

const readings = 'sensor,value,at\na,1,100\na,2,200\na,3,300\nb,-1,400\nb,x,500\nb,"4",1500\na,9,150\nc\n'

function fileOf(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content)
  return name
}

function millrace(args: readonly string[], options: SpawnSyncOptions = {}): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, ...options })
  return { status, stdout: String(stdout), stderr: String(stderr) }
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('an app that throws', () => {
  test('is one message without a stack, and with --debug its stack as well', () => {
    const file = fileOf('throws.mts', "throw new Error('boom')")
    const plain = millrace(['check', file])
    expect({ status: plain.status, stdout: plain.stdout }).toEqual({ status: 1, stdout: '' })
    expect(plain.stderr).toContain('boom')
    expect(plain.stderr).not.toMatch(/^ +at /m)
    expect(millrace(['check', file, '--debug']).stderr).toMatch(/^ +at .*throws\.mts/m)
  })
})

describe('millrace run', () => {
  test('writes a file an output, dead letters, late records and a summary', () => {
    const { status, stdout, stderr } = millrace(['run', 'counting.json', '-i', 'readings=readings.csv', '-o', 'out', '--summary', 'out/summary.json'])
    expect(stderr).toContain('counting: done, 8 records')
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['alerts.ndjson', 'counts.ndjson', 'dead-letters.ndjson', 'late.ndjson', 'summary.json'])
    const read = (name: string) => linesOf(readFileSync(join(folder, 'out', name), 'utf8'))
    expect(read('counts.ndjson')).toMatchObject([
      { sensor: 'a', readings: 3, highest: 3 },
      { sensor: 'b', readings: 1, highest: null },
      { sensor: 'b', readings: 1, highest: 4 },
    ])
    expect(read('alerts.ndjson')).toMatchObject([{ alert: 'open', sensor: 'a', message: 'a is busy' }, { alert: 'clear' }])
    expect(read('dead-letters.ndjson')).toMatchObject([
      { stream: 'readings', record: 5, column: 'value', text: 'b,x,500' },
      { stream: 'readings', record: 8, text: 'c' },
    ])
    expect(read('late.ndjson')).toMatchObject([{ lagMs: 1350, row: { sensor: 'a', value: 9 } }])
    const summary = JSON.parse(readFileSync(join(folder, 'out', 'summary.json'), 'utf8'))
    expect(summary).toMatchObject({ records: 8, bad: 2, late: 1, dropped: 1, windows: 3, alerts: 1, interrupted: false })
  })

  test('reads gzip from standard input and writes NDJSON to standard output, each row with its output', () => {
    const { status, stdout } = millrace(['run', 'counting.json', '-i', '-', '--param', 'limit=0'], { input: gzipSync(readings) })
    expect(status).toBe(0)
    expect(linesOf(stdout).map((row) => row['_output'])).toEqual(expect.arrayContaining(['counts', 'alerts']))
  })

  test('what pipes bring is kept in a folder, one run behind the other', () => {
    const lines = readings.split(/(?<=\n)/)
    const run = (from: number, to: number, ...more: string[]) =>
      millrace(['run', 'counting.json', '-i', '-', '-o', 'piped', '--state', 'piped-state', ...more], { input: lines.slice(from, to).join('') })
    expect(run(0, 4, '--keep-open')).toMatchObject({ status: 0 })
    expect(run(4, 8)).toMatchObject({ status: 0 })
    millrace(['run', 'counting.json', '-i', 'readings.csv', '-o', 'at-once'])
    for (const file of ['counts', 'alerts', 'late'])
      expect(readFileSync(join(folder, 'piped', `${file}.ndjson`), 'utf8')).toBe(readFileSync(join(folder, 'at-once', `${file}.ndjson`), 'utf8'))
    expect(run(0, 1)).toMatchObject({ status: 1, stderr: expect.stringContaining('[CLI_STATE_ENDED]') })
  })

  test('one output alone goes to standard output as CSV', () => {
    const { stdout } = millrace(['run', 'counting.json', '-i', 'readings.csv', '--only', 'counts', '-f', 'csv'])
    const [header, ...lines] = stdout.trimEnd().split('\n')
    expect(header).toContain('sensor,windowStart,windowEnd,readings,highest')
    expect(lines).toHaveLength(3)
  })

  test('shows a table', () => {
    const { stdout } = millrace(['run', 'counting.json', '-i', 'readings.csv', '-f', 'table'])
    expect(stdout).toContain('1970-01-01T00:00:01Z  open   critical  a       a is busy\n')
  })

  test('several inputs merge by event time', () => {
    fileOf('left.csv', 'side,at\nleft,1\nleft,5\nleft,7\n')
    fileOf('right.ndjson', '{"side":"right","at":0}\n{"side":"right","at":5}\n{"side":"right","at":6}\n')
    const { stdout } = millrace(['run', 'merging.json', '-i', 'left=left.csv', '-i', 'right=right.ndjson'])
    expect(linesOf(stdout).map((row) => row['side'])).toEqual(['right', 'left', 'left', 'right', 'right', 'left'])
  })

  test('a run at a speed gives what a run at full speed gives', () => {
    const args = ['run', 'counting.json', '-i', 'readings.csv']
    expect(millrace([...args, '--speed', '20x']).stdout).toBe(millrace(args).stdout)
  })

  test('Ctrl-C ends a run with its summary', async () => {
    const child = spawn(process.execPath, [command, 'run', 'counting.json', '-i', '-'], { cwd: folder })
    let out = ''
    let err = ''
    child.stderr.on('data', (bytes) => {
      err += bytes
    })
    child.stdout.on('data', (bytes) => {
      out += bytes
      child.kill('SIGINT')
    })
    child.stdin.write('a,1,100\na,1,5000\n')
    const status = await new Promise((resolve) => child.on('exit', resolve))
    expect(status).toBe(130)
    expect(linesOf(out)).toMatchObject([{ sensor: 'a', readings: 1 }])
    expect(err).toContain('counting: interrupted, 2 records')
  })

  test('Ctrl-C ends a run whose input never said anything', async () => {
    const child = spawn(process.execPath, [command, 'run', 'counting.json', '-i', '-', '-f', 'csv', '--only', 'counts'], { cwd: folder })
    // The header is written when the run is open.
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130)
  })

  test('an input is not written over', () => {
    fileOf('counts.csv', readings)
    const { status, stderr } = millrace(['run', 'counting.json', '-i', 'counts.csv', '-o', '.', '-f', 'csv'])
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('counts.csv would be written over') })
    expect(readFileSync(join(folder, 'counts.csv'), 'utf8')).toBe(readings)
  })

  test('damaged gzip: what came before the damage is written', () => {
    const zipped = gzipSync(Array.from({ length: 300_000 }, (_, n) => `s${n % 7},${(n * 7919) % 1013},${n * 10}`).join('\n'))
    fileOf('cut.gz', zipped.subarray(0, zipped.length - 2000))
    const { status, stdout, stderr } = millrace(['run', 'counting.json', '-i', 'cut.gz', '--only', 'counts'])
    expect(stderr).toContain('error: cut.gz is damaged gzip')
    expect(status).toBe(3)
    expect(linesOf(stdout).length).toBeGreaterThan(10_000)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk is told in a line', () => {
    const { status, stderr } = millrace(['run', 'counting.json', '-i', 'readings.csv', '--summary', '/dev/full'])
    expect(status).toBe(3)
    expect(stderr).toContain('error: /dev/full cannot be written')
    expect(stderr).not.toContain('    at ')
  })

  test('a reader that goes away ends the run without an error', () => {
    fileOf('many.csv', `${Array.from({ length: 60_000 }, (_, n) => `s${n % 500},1,${n * 10}`).join('\n')}\n`)
    const shell = `"${process.execPath}" "${command}" run counting.json -i many.csv --only counts | head -n 1; exit \${PIPESTATUS[0]}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', shell], { cwd: folder, encoding: 'utf8' })
    expect({ status, lines: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, lines: 1 })
    expect(stderr).not.toContain('EPIPE')
  })
})

describe('what is refused', () => {
  test.each([
    [2, 'Did you mean "readings"?', ['run', 'counting.json', '-i', 'reading=readings.csv']],
    [2, 'Did you mean "limit"?', ['run', 'counting.json', '-i', 'readings.csv', '-p', 'limt=3']],
    [2, 'Did you mean "counts"?', ['run', 'counting.json', '-i', 'readings.csv', '--only', 'count']],
    [2, 'cannot share standard output as CSV', ['run', 'counting.json', '-i', 'readings.csv', '-f', 'csv']],
    [2, 'Did you mean --input?', ['run', 'counting.json', '--inptu', 'readings.csv']],
    [2, 'nowhere.ts does not exist', ['run', 'nowhere.ts']],
    [3, 'nowhere.csv cannot be read', ['run', 'counting.json', '-i', 'nowhere.csv']],
    [1, 'None of the', ['run', 'counting.json', '-i', 'counting.json']],
    [1, 'comes from outside of this function', ['check', join(import.meta.dirname, 'fixtures', 'captures.ts')]],
    [1, 'cannot be read as TypeScript', ['plan', join(import.meta.dirname, 'fixtures', 'syntax.ts')]],
  ])('%i: %s', (code, text, args) => {
    const { status, stderr } = millrace(args)
    expect(stderr).toContain(text)
    expect(stderr).not.toContain('    at ')
    expect(status).toBe(code)
  })
})

describe('millrace plan and check', () => {
  test('a plan that was printed is the plan of the app', () => {
    const { stdout } = millrace(['plan', 'counting.json'])
    fileOf('saved.json', stdout)
    expect(millrace(['check', 'counting.json', 'saved.json'])).toMatchObject({ status: 0, stdout: expect.stringContaining('ok counting.json') })
  })

  test('places where the app differs from its plan are printed', () => {
    fileOf('other.json', JSON.stringify({ ...counting, params: { ...counting.params, limit: 3 } }))
    expect(millrace(['check', 'counting.json', 'other.json'])).toMatchObject({ status: 1, stdout: expect.stringContaining('params.limit: 3 -> 2') })
  })

  test('every issue is printed', () => {
    const operators = counting.operators.map((operator) => (operator.kind === 'aggregate' ? { ...operator, key: ['sensr', 'valu'] } : operator))
    fileOf('wrong.json', JSON.stringify({ ...counting, operators }))
    const { status, stdout } = millrace(['check', 'wrong.json'])
    expect(status).toBe(1)
    expect(stdout).toContain('sensr')
    expect(stdout).toContain('valu')
  })
})
