import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerProcess } from '../../packages/oracle/test/server/server-process.ts'
import { startKafka, startPostgresql, startRabbitmq } from '../systems/real-servers.ts'
import { Brokers, type Systems } from './connectors/brokers.ts'
import { type ConnectorKillFigures, figureNames, noFigures } from './connectors/figures.ts'
import { ConnectorKillCase } from './connectors/kill-case.ts'
import { type Proof, type Proven, textOf } from './proof.ts'

const killsOfCase = 10

/** Servers between Kafka, RabbitMQ and PostgreSQL, killed at random instants, their connections cut. */
export const connectorKills: Proof = {
  name: 'connector-kills',
  title: 'servers between Kafka, RabbitMQ and PostgreSQL, killed at random instants',
  count: 50,
  async run(kills, firstSeed) {
    const started = await Promise.all([startKafka(), startRabbitmq(), startPostgresql()])
    const [kafka, rabbitmq, postgresql] = started
    try {
      if (kafka === null || rabbitmq === null || postgresql === null) return { lines: [['skipped: a system cannot be had', 0]], failures: [] }
      return await killBetween({ kafka, rabbitmq, postgresql }, kills, firstSeed)
    } finally {
      await Promise.all(started.map((server) => server?.stop()))
    }
  },
}

async function killBetween(systems: Systems, kills: number, firstSeed: number): Promise<Proven> {
  const figures = noFigures()
  const failures: string[] = []
  for (let seed = firstSeed; figures.kills < kills && failures.length === 0; seed++) {
    const fault = await caseOf(systems, seed, Math.min(killsOfCase, kills - figures.kills), figures).catch(textOf)
    if (fault !== null) failures.push(`seed ${seed}, kill ${figures.kills}: ${fault}`)
  }
  const lines = (Object.keys(figureNames) as (keyof ConnectorKillFigures)[]).map((name) => [figureNames[name], figures[name]] as const)
  return { lines: [...lines, ['failures', failures.length]], failures }
}

async function caseOf(systems: Systems, seed: number, kills: number, figures: ConnectorKillFigures): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-connector-kill-'))
  const run = new ConnectorKillCase(await ServerProcess.in(folder), await Brokers.open(systems), seed, figures)
  try {
    return await run.run(kills)
  } finally {
    await run.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
