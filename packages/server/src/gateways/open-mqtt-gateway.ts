import { currentOutlets } from '../live/current-outlets.ts'
import type { Ground, OpenPart } from '../platform-ground.ts'
import { readTls } from '../settings/tls.ts'
import { openMqtt } from './mqtt/open-mqtt.ts'
import { TenantTopics } from './mqtt/tenant-topics.ts'

/** Records in, and what comes of them out, over MQTT, where a port is set. */
export const openMqttGateway: OpenPart = async (ground) => {
  const { intake, keys, log, logger, metrics, refusals, settings, streams } = ground
  const { host, mqttPort } = settings
  if (mqttPort === null) return { close: async () => {} }
  const { port, close } = await openMqtt({
    access: keys,
    streams,
    intake,
    log,
    topics: topicsOf(ground),
    figures: metrics.gateways.of('mqtt'),
    onKeyEnded: (ended) => keys.onEnded(ended),
    host,
    port: mqttPort,
    tls: readTls(settings),
    refused: (refusal) => refusals.add(refusal),
    report: (reason) => logger.info({ reason }, 'an MQTT connection ended'),
  })
  logger.info({ host, port }, 'MQTT listens')
  return { close }
}

function topicsOf(ground: Ground): TenantTopics {
  const { streams, apps } = ground
  const state = (tenant: string): string => JSON.stringify([streams.names(tenant), apps.versionOfEach(tenant)])
  return new TenantTopics({ state, streams: (tenant) => streams.names(tenant), apps: (tenant) => apps.all(tenant), outlets: currentOutlets(ground) })
}
