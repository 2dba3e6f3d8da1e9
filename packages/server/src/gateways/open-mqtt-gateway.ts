import type { OpenPart } from '../platform-ground.ts'
import { readTls } from '../settings/tls.ts'
import { openMqtt } from './mqtt/open-mqtt.ts'

/** Records in over MQTT, where a port is set. */
export const openMqttGateway: OpenPart = async ({ intake, keys, logger, settings, streams }) => {
  const { host, mqttPort } = settings
  if (mqttPort === null) return { close: async () => {} }
  const report = (reason: string): void => logger.info({ reason }, 'an MQTT connection ended')
  const { port, close } = await openMqtt({ access: keys, streams, intake, host, port: mqttPort, tls: readTls(settings), report })
  logger.info({ host, port }, 'MQTT listens')
  return { close }
}
