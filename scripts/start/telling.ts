import { clockText, coloured, type Terminal } from '@millrace/cli'
import type { Started } from './platform.ts'
import { recordsOf } from './tenants.ts'

/** What runs, where, and how to try it. */
export function tellBegin({ platform, mqttPort, tenants }: Started, terminal: Terminal): void {
  const { address } = platform
  const bold = (text: string): string => coloured(terminal.outColours, 'bold', text)
  const [bts, air] = tenants
  terminal.out(`
${bold(`Millrace listens on ${address}`)}, MQTT on port ${mqttPort}
  tenant bts   stations of ${bold('station-alarms')} send real alarms over MQTT, an hour of them in a minute
  tenant air   sensors of ${bold('fine-dust')} send a real day of Aberdeen over HTTP, at the same speed
${tenants.map(goesOn).join('')}
  API          ${address}/v1/openapi.json
  metrics      curl -H 'authorization: Bearer KEY OF THE OPERATOR' ${address}/metrics
  try          curl -H 'authorization: Bearer ${bts?.adminKey}' ${address}/v1/apps/${bts?.plan.name}/outputs/voltage/records
               curl -H 'authorization: Bearer ${air?.adminKey}' -H 'content-type: text/csv' ${address}/v1/streams/${air?.stream}/records --data-binary 'x'
  in another   npx millrace status; npx millrace --help        Ctrl-C stops it; started again it goes on

`)
}

function goesOn({ name, before, plan }: Started['tenants'][number]): string {
  return before === 0 ? '' : `  ${name.padEnd(10)}   goes on after ${before} records: ${plan.name} from its snapshot, its sensors with the next row\n`
}

export async function tellStatus(started: Started, terminal: Terminal): Promise<void> {
  terminal.out(`${coloured(terminal.outColours, 'dim', `${clockText(Date.now())}  ${await countsText(started)}`)}\n`)
}

export async function tellEnd(started: Started): Promise<string> {
  return `Stopped. ${await countsText(started)}. Started again, it goes on from here.\n`
}

/** `bts 1234 records, air 567 records; 12 alerts, latency p50 9 ms, p99 31 ms` */
async function countsText({ tenants, alerts }: Started): Promise<string> {
  const counts = await Promise.all(tenants.map(async ({ name, admin, plan, stream }) => `${name} ${await recordsOf(admin, plan.name, stream)} records`))
  const { latencyUs } = alerts
  const latency = latencyUs.count === 0 ? '' : `, latency p50 ${ms(latencyUs.percentile(50))} ms, p99 ${ms(latencyUs.percentile(99))} ms`
  return `${counts.join(', ')}; ${alerts.shown} alerts${latency}`
}

const ms = (us: number): string => (us / 1000).toFixed(0)
