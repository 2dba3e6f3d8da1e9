import { MillraceClient } from '@millrace/api'
import type { StreamNode } from '@millrace/plan'
import type { ServerProcess } from '../../../packages/oracle/test/server/server-process.ts'
import type { Brokers } from './brokers.ts'
import { outputs, plan } from './counted-app.ts'

/** Makes a tenant with its streams, app, sources and sinks. */
export async function makeTenant(server: ServerProcess, brokers: Brokers): Promise<MillraceClient> {
  const operator = new MillraceClient({ url: server.url, key: server.operator })
  await operator.createTenant({ name: 'acme' })
  const { secret: key } = await operator.createKey({ tenant: 'acme', scopes: ['admin'] })
  const client = new MillraceClient({ url: server.url, key })
  for (const [name, declaration] of Object.entries(plan.streams)) await client.declareStream(name, { declaration: declaration as StreamNode })
  await client.deployApp(plan.name, { plan })
  await client.startApp(plan.name)
  for (const output of outputs)
    for (const [system, at] of Object.entries(brokers.sinksOf(output)))
      await client.createSink(`${output}-${system}`, { of: { app: plan.name, output }, from: 'begin', [system]: at })
  await client.createSource('measured', { stream: 'measured', kafka: brokers.sources.kafka })
  await client.createSource('reported', { stream: 'reported', rabbitmq: brokers.sources.rabbitmq })
  return client
}
