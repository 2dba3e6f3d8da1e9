import { MillraceError } from '@millrace/plan'
import mqtt, { type MqttClient } from 'mqtt'
import { reasonOf } from '../../failure.ts'
import type { Way } from './way.ts'

export interface MqttWay {
  /** `mqtt://host:1883`, `mqtts://host:8883`. */
  readonly url: string
  readonly tenant: string
  readonly key: string
  readonly stream: string
  /** Who sends: the last part of the topic and the client id. */
  readonly device: string
  /** The first line of each message; null: none. */
  readonly header: string | null
}

/**
 * A message a record at QoS 1: acknowledged once it is durable, sent again over the next connection where it was not, so at least once.
 * Errors: CLI_MQTT_REFUSED, where nobody listens or the key is refused at the start.
 */
export async function mqttWay({ url, tenant, key, stream, device, header }: MqttWay): Promise<Way> {
  const connection = await connected(url, { username: tenant, password: key, clientId: device })
  // It connects again by itself; without a listener an error would end the process.
  connection.on('error', () => {})
  const topic = `streams/${stream}/${device}`
  return {
    send: async (records) => {
      await Promise.all(records.map((record) => connection.publishAsync(topic, header === null ? record : `${header}\n${record}\n`, { qos: 1 })))
      return { accepted: null, rejected: null }
    },
    // What is not acknowledged by now is given up.
    close: () => connection.endAsync(true),
  }
}

async function connected(url: string, login: { readonly username: string; readonly password: string; readonly clientId: string }): Promise<MqttClient> {
  try {
    return await mqtt.connectAsync(url, { ...login, protocolVersion: 4, reconnectPeriod: 100 }, false)
  } catch (failure) {
    throw new MillraceError('CLI_MQTT_REFUSED', { url, reason: reasonOf(failure) }, { cause: failure })
  }
}
