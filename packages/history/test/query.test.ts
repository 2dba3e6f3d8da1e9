import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { MillraceError } from '@millrace/plan'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { QueryFormat, QueryReply } from '../src/query/messages.ts'
import { runQuery } from '../src/query/run-query.ts'
import { field, World } from './world.ts'

let world: World
let own: string
let other: string

beforeAll(async () => {
  world = await World.open()
  for (const tenant of ['acme', 'rival']) {
    await world.history.follow({ tenant, stream: 'raw' })
    await world.append(
      tenant,
      'raw',
      [field('a', 'int32'), field('name', 'string')],
      [1, 2, 3].map((a) => ({ a, name: `${tenant} "${a}"\n` })),
    )
    await world.history.write(tenant)
  }
  own = fileOf('acme')
  other = fileOf('rival')
})
afterAll(() => world.close())

function fileOf(tenant: string): string {
  const folder = join(world.directory, 'history', tenant, 'raw')
  const day = readdirSync(folder).find((name) => name.startsWith('day=')) as string
  return join(folder, day, '00000001.parquet')
}

/** What the process of a query would answer, without the process: it only costs time here. */
function answerHere(sql: string, format: QueryFormat = 'json', maxRows = 10): Promise<QueryReply> {
  const tables = [{ name: 'raw', paths: [own], columns: [], results: false }]
  const limits = { timeMs: 10_000, memoryBytes: 64 << 20, temporaryBytes: 8 << 20, threads: 1, maxRows, maxBytes: 10_000 }
  const directory = mkdtempSync(join(world.directory, 'history', '.queries', 'here-'))
  return runQuery({ tables, directory, sql, params: {}, format, limits }).finally(() => rmSync(directory, { recursive: true }))
}

describe('a query', () => {
  it('takes parameters', async () => {
    expect(await world.rows('acme', 'SELECT a FROM raw WHERE a >= $least AND name LIKE $like ORDER BY a', { least: 2, like: 'acme%' })).toEqual([
      { a: 2 },
      { a: 3 },
    ])
  })

  it('is answered as CSV and as Parquet as well', async () => {
    const csv = await world.history.query('acme', 'SELECT a, name FROM raw ORDER BY a -- all', { format: 'csv' })
    expect(new TextDecoder().decode(csv.bytes)).toBe('a,name\n1,"acme ""1""\n"\n2,"acme ""2""\n"\n3,"acme ""3""\n"\n')
    const parquet = await world.history.query('acme', 'SELECT a FROM raw;', { format: 'parquet' })
    expect(new TextDecoder().decode(parquet.bytes.subarray(0, 4))).toBe('PAR1')
    expect(parquet).toMatchObject({ rows: 3, truncated: false, columns: [{ name: 'a', type: 'INTEGER' }] })
  })

  it.each(['json', 'csv', 'arrow', 'parquet'] as const)('is cut at the rows that are allowed, as %s, and says so', async (format) => {
    expect(await answerHere('FROM range(10000)', format, 5)).toMatchObject({ rows: 5, truncated: true })
  })

  it('is cut or refused at the bytes that are allowed', async () => {
    const answer = await world.history.query('acme', 'FROM range(10000)', { limits: { maxBytes: 1000 } })
    expect(answer.truncated).toBe(true)
    expect(answer.bytes.length).toBeLessThanOrEqual(1000)
    await expect(world.history.query('acme', 'FROM range(10000)', { format: 'csv', limits: { maxBytes: 1000 } })).rejects.toMatchObject({
      code: 'HISTORY_ANSWER_BYTES',
    })
  })

  it('is ended where its answer grows beyond the bytes that are allowed', async () => {
    const sql = 'SELECT repeat(md5(range::VARCHAR), 30) AS s FROM range(100000)'
    const asked = world.history.query('acme', sql, { format: 'csv', limits: { maxBytes: 1000 } })
    const { code, context } = await asked.then(
      () => expect.unreachable(),
      (error: MillraceError) => error,
    )
    expect(code).toBe('HISTORY_ANSWER_BYTES')
    expect(context['bytes']).toBeLessThan(90_000_000)
  })

  it('that fails says so in few words, however many it has', async () => {
    const reply = await answerHere("SELECT error('no' || repeat('x', 1000000))")
    if (reply.kind !== 'failed') expect.unreachable()
    expect(reply.reason).toMatch(/^Invalid Input Error: nox+$/)
    expect(reply.reason).toHaveLength(4096)
  })

  it.each(['json', 'csv', 'arrow', 'parquet'] as const)('may have columns whose names differ in case only, as %s', async (format) => {
    const { columns, bytes } = await world.history.query('acme', 'SELECT 1 AS a, 2 AS "A", 3 AS a', { format })
    expect(columns.map(({ name }) => name)).toEqual(['a', 'A', 'a:1'])
    if (format === 'csv') expect(new TextDecoder().decode(bytes)).toBe('a,A_1,a:1\n1,2,3\n')
  })

  it('that cannot be read fails with what is wrong and which tables there are', async () => {
    await expect(world.asked('acme', 'SELECT b FROM raw')).rejects.toMatchObject({ code: 'HISTORY_SQL_FAILED', action: expect.stringContaining('"raw"') })
    expect(await answerHere('SELEC')).toMatchObject({ kind: 'failed', cause: 'sql' })
    expect(await answerHere('SELECT $x')).toMatchObject({ kind: 'failed', cause: 'sql' })
  })

  it('tells tables apart whose names differ in case only, and finds one that is written in another case', async () => {
    await world.history.follow({ tenant: 'cases', stream: 'raw' })
    await world.history.follow({ tenant: 'cases', stream: 'Raw' })
    await world.history.follow({ tenant: 'cases', stream: 'empty' })
    await world.append('cases', 'raw', [field('a', 'int32')], [{ a: 1 }])
    await world.append('cases', 'Raw', [field('a', 'int32')], [{ a: 2 }])
    await world.history.write('cases')
    expect(await world.rows('cases', 'SELECT a FROM raw')).toEqual([{ a: 1 }])
    expect(await world.rows('cases', 'SELECT a FROM Raw')).toEqual([{ a: 2 }])
    expect(await world.rows('acme', 'SELECT max(a) AS a FROM RAW')).toEqual([{ a: 3 }])
    await expect(world.asked('cases', 'SELECT * FROM empty')).rejects.toMatchObject({
      code: 'HISTORY_SQL_FAILED',
      issues: [{ code: 'HISTORY_SQL_PLACE' }, { code: 'HISTORY_TABLE_EMPTY' }],
    })
  })

  it('can be cancelled', async () => {
    const cancel = new AbortController()
    const asked = world.history.query('acme', 'SELECT count(*) FROM range(1000000000000) a', { signal: cancel.signal })
    setTimeout(() => cancel.abort(), 100)
    await expect(asked).rejects.toMatchObject({ code: 'HISTORY_QUERY_CANCELLED' })
  })

  it('that waits for its turn can be cancelled, too', async () => {
    const cancel = new AbortController()
    const forever = 'SELECT count(*) FROM range(1000000000000) a'
    const asked = [1, 2, 3].map(() => world.history.query('acme', forever, { signal: cancel.signal }))
    cancel.abort()
    for (const each of await Promise.allSettled(asked)) expect(each).toMatchObject({ reason: { code: 'HISTORY_QUERY_CANCELLED' } })
  })
})

describe('a tenant sees no other', () => {
  it('in tables', async () => {
    expect(await world.rows('acme', "SELECT DISTINCT split_part(name, ' ', 1) AS who FROM raw")).toEqual([{ who: 'acme' }])
    await expect(world.asked('nobody', 'SELECT * FROM raw')).rejects.toMatchObject({
      code: 'HISTORY_SQL_FAILED',
      message: expect.stringMatching(/Table with name raw does not exist!$/),
    })
  })
})

describe('there is no way out:', () => {
  const outside = (): string => join(world.directory, 'outside')
  /** Both lead to the other tenant's file. */
  const link = (): string => join(own, '../../00000002.parquet')
  const linked = (): string => join(own, '../../linked', basename(other))
  beforeAll(() => {
    symlinkSync(other, link())
    symlinkSync(dirname(other), dirname(linked()))
  })
  const ways: readonly (readonly [string, () => string])[] = [
    ['COPY TO a file', () => `COPY (SELECT 1) TO '${outside()}/x.csv'`],
    ['COPY TO an own file', () => `COPY (SELECT 1 AS a) TO '${own}' (USE_TMP_FILE false)`],
    ['COPY TO in EXPLAIN ANALYZE', () => `EXPLAIN ANALYZE COPY (SELECT 1) TO '${own}' (USE_TMP_FILE false)`],
    ['COPY FROM', () => `COPY raw FROM '/etc/passwd'`],
    ['COPY in query()', () => `FROM query('COPY (SELECT 1) TO ''${outside()}/x.csv''')`],
    ['EXPORT DATABASE', () => `EXPORT DATABASE '${outside()}'`],
    ['IMPORT DATABASE', () => `IMPORT DATABASE '${outside()}'`],
    ['ATTACH', () => `ATTACH '${outside()}/x.db'`],
    ['ATTACH in memory', () => `ATTACH ':memory:' AS x`],
    ['two statements', () => `SELECT 1; SELECT 2`],
    ['a second statement that writes', () => `SELECT 1; COPY (SELECT 1) TO '${outside()}/x.csv'`],
    ['CREATE TABLE', () => 'CREATE TABLE x AS SELECT 1'],
    ['CREATE MACRO', () => 'CREATE MACRO x() AS 1'],
    ['DROP VIEW', () => 'DROP VIEW raw'],
    ['CREATE SECRET', () => 'CREATE SECRET (TYPE s3)'],
    ['INSTALL', () => 'INSTALL httpfs'],
    ['INSTALL FROM', () => `INSTALL x FROM 'http://127.0.0.1:1/'`],
    ['LOAD', () => 'LOAD httpfs'],
    ['LOAD a file', () => `LOAD '${outside()}/x.duckdb_extension'`],
    ['SET external access', () => 'SET enable_external_access = true'],
    ['SET memory limit', () => `SET memory_limit = '100GB'`],
    ['SET allowed paths', () => `SET allowed_paths = ['/etc/passwd']`],
    ['SET threads', () => 'SET threads = 64'],
    ['SET profile output', () => `SET profiling_output = '${outside()}/profile'`],
    ['SET log path', () => `SET log_query_path = '${outside()}/log'`],
    ['RESET', () => 'RESET lock_configuration'],
    ['PRAGMA', () => `PRAGMA enable_profiling = 'json'`],
    ['CALL', () => `CALL enable_logging(storage = 'file', storage_config = {'path': '${outside()}/log'})`],
    ['read_csv', () => `FROM read_csv('/etc/passwd')`],
    ['read_text', () => `FROM read_text('/etc/passwd')`],
    ['read_blob', () => `FROM read_blob('/proc/self/environ')`],
    ['read_json', () => `FROM read_json('/etc/passwd')`],
    ['read_duckdb', () => `FROM read_duckdb('${outside()}/x.db')`],
    ['sniff_csv', () => `FROM sniff_csv('/etc/passwd')`],
    ['a name that is a path', () => `FROM '/etc/passwd'`],
    ['a name that is a Parquet path', () => `FROM '${other}'`],
    ['query_table', () => `FROM query_table('/etc/passwd')`],
    ['glob', () => `FROM glob('/etc/*')`],
    ["another tenant's file", () => `FROM read_parquet('${other}')`],
    ["another tenant's file, by ..", () => `FROM read_parquet('${own}/../../../../rival/raw/${other.split('/').slice(-2).join('/')}')`],
    ["another tenant's file, by *", () => `FROM read_parquet('${join(own, '../../../../*/raw/*/*.parquet')}')`],
    ["another tenant's metadata", () => `FROM parquet_metadata('${other}')`],
    ["another tenant's file, serialized", () => `SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM read_parquet(''${other}'')'))`],
    ['the network', () => `FROM read_parquet('http://127.0.0.1:1/x.parquet')`],
    ['S3', () => `FROM read_parquet('s3://x/y.parquet')`],
    ['getenv', () => `SELECT getenv('PATH')`],
    ['COPY FROM DATABASE', () => `COPY FROM DATABASE memory TO x`],
    ['INSERT', () => `INSERT INTO raw VALUES (1)`],
    ['UPDATE', () => `UPDATE raw SET a = 1`],
    ['DELETE', () => `DELETE FROM raw`],
    ['TRUNCATE', () => `TRUNCATE raw`],
    ['MERGE', () => `MERGE INTO raw USING (SELECT 1 AS a) s ON raw.a = s.a WHEN MATCHED THEN DELETE`],
    ['ALTER', () => `ALTER VIEW raw RENAME TO x`],
    ['CREATE VIEW', () => `CREATE VIEW x AS FROM read_text('/etc/passwd')`],
    ['CREATE SCHEMA', () => `CREATE SCHEMA x`],
    ['CREATE TYPE', () => `CREATE TYPE x AS ENUM ('a')`],
    ['CREATE SEQUENCE', () => `CREATE SEQUENCE x`],
    ['CREATE PERSISTENT SECRET', () => `CREATE PERSISTENT SECRET x (TYPE http, BEARER_TOKEN 'x')`],
    ['DROP SECRET', () => `DROP SECRET IF EXISTS x`],
    ['FORCE INSTALL', () => `FORCE INSTALL httpfs FROM community`],
    ['UPDATE EXTENSIONS', () => `UPDATE EXTENSIONS`],
    ['SET GLOBAL', () => `SET GLOBAL temp_directory = '${outside()}'`],
    ['SET SESSION', () => `SET SESSION home_directory = '${outside()}'`],
    ['SET VARIABLE', () => `SET VARIABLE x = 1`],
    ['SET extension folder', () => `SET extension_directory = '${outside()}'`],
    ['SET secret folder', () => `SET secret_directory = '${outside()}'`],
    ['SET unsigned extensions', () => `SET allow_unsigned_extensions = true`],
    ['SET disabled file systems', () => `SET disabled_filesystems = ''`],
    ['SET allowed directories', () => `SET allowed_directories = ['/']`],
    ['SET lock', () => `SET lock_configuration = false`],
    ['SET schema', () => `SET schema = 'latest'`],
    ['RESET external access', () => `RESET enable_external_access`],
    ['PRAGMA with a path', () => `PRAGMA profiling_output = '${outside()}/profile'`],
    ['USE', () => `USE latest`],
    ['DETACH', () => `DETACH memory`],
    ['CHECKPOINT', () => `CHECKPOINT`],
    ['VACUUM', () => `VACUUM`],
    ['PREPARE', () => `PREPARE x AS COPY (SELECT 1) TO '${outside()}/x.csv'`],
    ['EXECUTE', () => `EXECUTE x`],
    ['BEGIN', () => `BEGIN TRANSACTION`],
    ['COMMENT ON', () => `COMMENT ON VIEW raw IS 'x'`],
    ['EXPLAIN of what writes', () => `EXPLAIN COPY (SELECT 1) TO '${outside()}/x.csv'`],
    ['read_csv_auto', () => `FROM read_csv_auto('/etc/passwd')`],
    ['read_json_objects', () => `FROM read_json_objects('/etc/passwd')`],
    ['read_ndjson', () => `FROM read_ndjson('/etc/passwd')`],
    ['a file through its URL', () => `FROM read_text('file:///etc/passwd')`],
    ['a file through ~', () => `FROM read_text('~/.ssh/id_rsa')`],
    ['a file of the process', () => `FROM read_blob('/proc/self/cmdline')`],
    ['a descriptor of the process', () => `FROM read_blob('/dev/fd/3')`],
    ['the standard input', () => `FROM read_text('/dev/stdin')`],
    ['a network drive', () => `FROM read_text('\\\\\\\\127.0.0.1\\\\share\\\\x')`],
    ['a relative path', () => `FROM read_text('../../../log')`],
    ['a path in a list', () => `FROM read_parquet(['${own}', '${other}'])`],
    ['a path that is computed', () => `FROM read_parquet('${other.slice(0, 9)}' || '${other.slice(9)}')`],
    ['a path as a parameter of a subquery', () => `SELECT * FROM (SELECT '/etc/passwd' AS p), LATERAL read_text(p)`],
    ['a variable', () => `FROM read_text(getvariable('x'))`],
    ['a link in the own folder', () => `FROM read_parquet('${link()}')`],
    ['a folder behind a link', () => `FROM read_parquet('${linked()}')`],
    ['parquet_schema', () => `FROM parquet_schema('${other}')`],
    ['parquet_file_metadata', () => `FROM parquet_file_metadata('${other}')`],
    ['parquet_kv_metadata', () => `FROM parquet_kv_metadata('${other}')`],
    ['parquet_bloom_probe', () => `FROM parquet_bloom_probe('${other}', 'a', 1)`],
    ['hf://', () => `FROM read_parquet('hf://datasets/x/y.parquet')`],
    ['gcs://', () => `FROM read_parquet('gcs://x/y.parquet')`],
    ['azure://', () => `FROM read_parquet('azure://x/y.parquet')`],
    ['the network by name', () => `FROM 'https://127.0.0.1:1/x.csv'`],
    ['postgres', () => `FROM postgres_scan('host=127.0.0.1', 'public', 'x')`],
    ['sqlite', () => `FROM sqlite_scan('${outside()}/x.db', 'x')`],
    ['an extension of a type', () => `SELECT 'POINT(0 0)'::GEOMETRY FROM st_read('/etc/passwd')`],
    ['force_checkpoint', () => `CALL force_checkpoint()`],
    ['json_execute of what writes', () => `SELECT * FROM json_execute_serialized_sql(json_serialize_sql('COPY (SELECT 1) TO ''${outside()}/x.csv'''))`],
    ['addresses of memory', () => `FROM arrow_scan(1, 2, 3)`],
    ['addresses of memory, by their type', () => `FROM arrow_scan(1::BIGINT::POINTER, 2::POINTER, 3::POINTER)`],
    ['an own file that is not one', () => `FROM read_csv('${join(own, '../../manifest.json')}')`],
  ]

  it.each(ways)('%s', async (_, sql) => {
    mkdirSync(outside(), { recursive: true })
    writeFileSync(join(outside(), 'x.db'), '')
    const before = readFileSync(own)
    expect(await answerHere(sql())).toMatchObject({ kind: 'failed', cause: expect.stringMatching(/^(refused|sql)$/) })
    expect(readdirSync(outside())).toEqual(['x.db'])
    expect(readFileSync(own).equals(before)).toBe(true)
  })

  it('what switches logs on makes no file', async () => {
    const before = readdirSync(world.directory, { recursive: true })
    for (const path of [`${outside()}/log`, own]) {
      await answerHere(`SELECT write_log('x', scope := 'database') FROM enable_logging(storage_path = '${path}')`)
      await answerHere(`FROM enable_logging('QueryLog', storage = 'file', storage_path = '${path}')`)
    }
    expect(readdirSync(world.directory, { recursive: true })).toEqual(before)
  })

  it('what DuckDB shows of itself names nothing of others', async () => {
    const shown = JSON.stringify([
      await world.rows('acme', 'FROM duckdb_settings()'),
      await world.rows('acme', 'FROM duckdb_views()'),
      await world.rows('acme', 'FROM duckdb_secrets()'),
    ])
    expect(shown).not.toContain('rival')
    expect(shown).not.toContain(process.env['PATH'])
  })
})

describe('the process of a query', () => {
  it('has no environment and none of the files that are refused here', async () => {
    await expect(world.history.query('acme', "SELECT getenv('PATH')")).rejects.toMatchObject({ code: 'HISTORY_SQL_FAILED' })
    await expect(world.history.query('acme', `COPY (SELECT 1) TO '${own}'`)).rejects.toMatchObject({ code: 'HISTORY_SQL_REFUSED' })
  })
})

describe('a process that cannot be begun', () => {
  it('ends its query and no other', async () => {
    const { execPath } = process
    process.execPath = join(world.directory, 'no-node')
    const asked = world.asked('acme', 'SELECT 1 AS a').finally(() => {
      process.execPath = execPath
    })
    await expect(asked).rejects.toMatchObject({ code: 'HISTORY_QUERY_ENDED' })
    expect(await world.asked('acme', 'SELECT 1 AS a')).toEqual([{ a: 1 }])
  })
})

describe('a process that DuckDB brings down', () => {
  // DuckDB 1.5.6 takes `enable_logging` although the configuration is locked, then ends the process as it may not open the file.
  it.each(['outside', 'own'] as const)('touches nothing else and writes no log, %s', async (where) => {
    const path = where === 'own' ? own : join(world.directory, 'log')
    const before = [readFileSync(own), readdirSync(world.directory), readdirSync(join(own, '..'))]
    const config = `storage = 'file', storage_config = {'path': '${path}'}`
    const asked = world.history.query('acme', `SELECT a, write_log('x' || a) FROM raw, enable_logging(level = 'trace', ${config})`)
    const code = await asked.then(
      () => null,
      (error: MillraceError) => error.code,
    )
    expect([null, 'HISTORY_QUERY_ENDED', 'HISTORY_SQL_REFUSED', 'HISTORY_SQL_FAILED']).toContain(code)
    expect([readFileSync(own), readdirSync(world.directory), readdirSync(join(own, '..'))]).toEqual(before)
    expect(await world.asked('acme', 'SELECT max(a) AS a FROM raw')).toEqual([{ a: 3 }])
  })
})

describe('a query is bounded:', () => {
  it('a recursion without end, by time', async () => {
    const sql = 'WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT max(n) FROM x'
    const asked = world.history.query('acme', sql, { limits: { timeMs: 500, memoryBytes: 64 << 20, temporaryBytes: 8 << 20 } })
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^HISTORY_QUERY_(TIME|MEMORY)$/) })
  })

  it('a long computation, by time', async () => {
    const asked = world.history.query('acme', 'SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b', { limits: { timeMs: 300 } })
    await expect(asked).rejects.toMatchObject({ code: 'HISTORY_QUERY_TIME' })
  })

  it('a huge cross join that is kept, by memory', async () => {
    const sql = 'SELECT len(list(a.range * b.range)) FROM range(1000000) a, range(1000000) b'
    const asked = world.history.query('acme', sql, { limits: { memoryBytes: 32 << 20, temporaryBytes: 8 << 20 } })
    await expect(asked).rejects.toMatchObject({ code: 'HISTORY_QUERY_MEMORY' })
  })

  it('a huge value, by memory', async () => {
    const sql = "SELECT string_agg(repeat('x', 1000000), '') AS s FROM range(3000)"
    const asked = world.history.query('acme', sql, { limits: { memoryBytes: 32 << 20 } })
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^HISTORY_QUERY_(MEMORY|ENDED)$/) })
  })

  it('and its folder is gone afterwards', () => {
    expect(readdirSync(join(world.directory, 'history', '.queries'))).toEqual([])
  })
})

describe('what a tenant may use of queries', () => {
  const used = new Map<string, number>()
  const refused = new Error('used')
  const timeMs = (tenant: string): number => {
    if ((used.get(tenant) ?? 0) > 0) throw refused
    return 10_000
  }
  const ran = (tenant: string, tookMs: number): void => void used.set(tenant, (used.get(tenant) ?? 0) + tookMs)
  let limited: World
  beforeAll(async () => {
    limited = await World.open({ queries: { mostPerTenant: 1, allowance: { timeMs, ran } } })
  })
  afterAll(() => limited.close())

  it('is asked for again when it is their turn: those that wait do not go over it together', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 3 }, () => limited.asked('acme', 'SELECT 1 AS a')))
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(limited.asked('acme', 'SELECT 1')).rejects.toBe(refused)
    expect(await limited.asked('rival', 'SELECT 1 AS a')).toEqual([{ a: 1 }])
  })
})
