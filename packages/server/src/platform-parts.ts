import { openConnectors } from './connectors/open-connectors.ts'
import { openFolder } from './gateways/open-folder.ts'
import { openMqttGateway } from './gateways/open-mqtt-gateway.ts'
import { openRecords } from './gateways/open-records.ts'
import { openTcpGateway } from './gateways/open-tcp-gateway.ts'
import { openFileSinks } from './live/file-sinks/open-file-sinks.ts'
import { openLive } from './live/open-live.ts'
import { openWebhooks } from './live/webhooks/open-webhooks.ts'
import type { OpenPart } from './platform-ground.ts'

/** Parts of the server beyond its control routes, in the order of opening; they are closed in the reverse. */
export const parts: readonly OpenPart[] = [openRecords, openMqttGateway, openTcpGateway, openFolder, openLive, openWebhooks, openFileSinks, openConnectors]
