import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { joinBatches } from '@millrace/columns'
import { type Log, openLog } from '@millrace/log'
import { Random } from '@millrace/log/testing'
import { History } from '../../src/history.ts'

export interface KillRun {
  readonly kills: number
  readonly rows: number
}

/** Kills a process that writes its history, at random instants, so many times; throws where a row of the log is not in exactly one file. */
export async function runKills(kills: number, seed: number): Promise<KillRun> {
  const random = new Random(seed)
  const directory = await mkdtemp(join(tmpdir(), 'millrace-history-kill-'))
  let rows = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      // The last one finds rows, whenever the others came.
      await killOnce(directory, random, kill < kills - 1 && random.next() < 0.2 ? 'begun' : 'written')
      rows = await check(directory)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  return { kills, rows }
}

function killOnce(directory: string, random: Random, at: 'begun' | 'written'): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./child.ts', import.meta.url)), directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const withinMs = at === 'begun' ? 400 : 300
  child.stdout.on('data', (text: Buffer) => {
    if (String(text).includes(at)) setTimeout(() => child.kill('SIGKILL'), random.next() * withinMs)
  })
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === null ? resolve() : reject(new Error(`The process ended by itself, with ${code}`))))
  })
}

/** Every file that lies there is read, named by a manifest or not: opening the history removed what does not count. */
async function check(directory: string): Promise<number> {
  const log = await openLog({ directory: join(directory, 'log'), join: joinBatches, durability: 'os' })
  const history = await History.open({ log, directory: join(directory, 'history') })
  await history.follow({ tenant: 'acme', stream: 'rows', timeColumn: 'at' })
  await history.write('acme')
  const kept = await entriesOf(join(directory, 'history'))
  const logged = await sequencesOf(log)
  await history.close()
  await log.close()
  if (JSON.stringify(kept) !== JSON.stringify(logged)) throw new Error(`The log has ${logged.length} rows, the files have ${kept.length}, or others`)
  return kept.length
}

async function entriesOf(directory: string): Promise<readonly number[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const files = `${directory}/acme/rows/*/*.parquet`
  const [[count] = []] = (await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM glob('${files}')`)).getRows()
  const sql = `SELECT entry::DOUBLE FROM read_parquet('${files}', hive_partitioning = false) ORDER BY entry`
  const rows = count === 0 ? [] : (await connection.runAndReadAll(sql)).getRows()
  connection.closeSync()
  instance.closeSync()
  return rows.map(([entry]) => entry as number)
}

async function sequencesOf(log: Log): Promise<readonly number[]> {
  const reader = log.reader({ tenant: 'acme', streams: ['rows'] })
  const sequences: number[] = []
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) {
    for (const { chunk } of pieces) {
      for (let run = 0; run < chunk.runs.count; run++) {
        for (let row = 0; row < (chunk.runs.rows[run] as number); row++) sequences.push((chunk.runs.sequence[run] as number) + row)
      }
    }
  }
  reader.close()
  return sequences
}
