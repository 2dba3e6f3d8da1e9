import { randomUUID } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'

type Row = Readonly<Record<string, unknown>>

/** Tables of a user of their own. */
export class PostgresqlTables {
  readonly user = `user_${randomUUID().replaceAll('-', '')}`
  private readonly port: number
  private readonly client: Client

  private constructor(port: number) {
    this.port = port
    this.client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' })
  }

  static async on(port: number): Promise<PostgresqlTables> {
    const tables = new PostgresqlTables(port)
    await tables.client.connect()
    await tables.client.query(`CREATE ROLE ${tables.user} LOGIN; CREATE SCHEMA AUTHORIZATION ${tables.user}`)
    return tables
  }

  /** Of a sink. */
  sink(table: string): { host: string; port: number; database: string; user: string; table: string } {
    return { host: '127.0.0.1', port: this.port, database: 'postgres', user: this.user, table: `${this.user}.${table}` }
  }

  /** None where there is no table yet. */
  async rows(table: string): Promise<readonly Row[]> {
    const { rows } = await this.client.query<Row>('SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2', [this.user, table])
    return rows.length === 0 ? [] : (await this.client.query<Row>(`SELECT * FROM ${this.user}.${escapeIdentifier(table)}`)).rows
  }

  async connections(): Promise<number> {
    return (await this.client.query('SELECT 1 FROM pg_stat_activity WHERE usename = $1', [this.user])).rows.length
  }

  async end(): Promise<void> {
    await this.client.query(`DROP OWNED BY ${this.user} CASCADE; DROP ROLE ${this.user}`)
    await this.client.end()
  }
}
