import { clockText, coloured, type Terminal } from '@millrace/cli'
import type { Started } from './platform.ts'
import { recordsOf } from './tenants.ts'

/** What runs, where, and how to try it. */
export function tellBegin({ platform, mqttPort, tenants, folder, operatorKey }: Started, terminal: Terminal): void {
  const { address } = platform
  const bold = (text: string): string => coloured(terminal.outColours, 'bold', text)
  const curl = (key: string | undefined): string => `curl -H 'authorization: Bearer ${key}'`
  terminal.out(`
${bold(`Millrace listens on ${address}`)}, MQTT on port ${mqttPort}; all is kept in ${folder}
  tenant bts   stations send real alarms over MQTT, an hour of them in a minute; ${bold('station-alarms')} watches them
  tenant air   sensors of Aberdeen send a real day over HTTP, as fast; ${bold('fine-dust')} watches them
${tenants.map(goesOn).join('')}
  API          ${address}/v1/openapi.json
  metrics      ${curl(operatorKey)} ${address}/metrics
  results      ${curl(tenants[0]?.adminKey)} '${address}/v1/apps/station-alarms/outputs/voltage/records?limit=3'
               (the first ones come about 15 s after the start: windows of ten seconds)

In another terminal:
  npx millrace status                               # of tenant bts; of the other: --profile air
  npx millrace tail alarms                          # records as they come
  npx millrace tenants list --profile operator
  npx millrace --help                               # what else there is
  echo '${doorOpen}' | npx millrace send alarms

Ctrl-C stops it; started again, everything goes on where it was.

`)
}

/** A record that is an alert at once. */
const doorOpen = `{"id":1,"station_id":7,"alarm_id":317,"parameter_id":152,"start_time":"'$(date -u +%FT%TZ)'","value":1,"threshold":0}`

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
