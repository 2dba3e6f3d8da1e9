import { commandKills } from './soak/command-kills.ts'
import { connectorKills } from './soak/connector-kills.ts'
import { damage } from './soak/damage.ts'
import { historyKills } from './soak/history-kills.ts'
import { jobCases } from './soak/job-cases.ts'
import { jobKills } from './soak/job-kills.ts'
import { kills } from './soak/kills.ts'
import { manyApps } from './soak/many-apps.ts'
import { mosquitto } from './soak/mosquitto.ts'
import { plans } from './soak/plans.ts'
import { powerLoss } from './soak/power-loss.ts'
import { prometheus } from './soak/prometheus.ts'
import { type Proof, tableOf } from './soak/proof.ts'
import { schemathesis } from './soak/schemathesis.ts'
import { serverKills } from './soak/server-kills.ts'
import { shared } from './soak/shared.ts'
import { stores } from './soak/stores.ts'

/**
 * `npm run soak`: the long proofs, each with its full count. `npm run soak -- NAME [COUNT [FIRST_SEED]]`: one of them.
 * Prints the tables of docs/proof.md; exits with 1 where something failed.
 */
const proofs: readonly Proof[] = [
  plans,
  shared,
  damage,
  powerLoss,
  kills,
  jobCases,
  jobKills,
  commandKills,
  historyKills,
  serverKills,
  connectorKills,
  prometheus,
  mosquitto,
  schemathesis,
  manyApps,
  stores,
]

const [name, count, seed] = process.argv.slice(2)
const chosen = proofs.filter((proof) => name === undefined || proof.name === name)
if (chosen.length === 0) {
  console.error(`There is no proof ${name}. There are: ${proofs.map((proof) => proof.name).join(', ')}`)
  process.exitCode = 1
}
for (const proof of chosen) await prove(proof, Number(count ?? proof.count), Number(seed ?? Math.floor(Math.random() * 2 ** 31)))

async function prove(proof: Proof, times: number, firstSeed: number): Promise<void> {
  console.log(`${proof.name}: seeds ${firstSeed} to ${firstSeed + times - 1}`)
  const proven = await proof.run(times, firstSeed)
  console.log(`\n${tableOf(proof.title, proven)}\n`)
  for (const failure of proven.failures) console.log(failure)
  if (proven.failures.length > 0) process.exitCode = 1
}
