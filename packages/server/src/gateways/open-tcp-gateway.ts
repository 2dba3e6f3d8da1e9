import type { OpenPart } from '../platform-ground.ts'
import { readTls } from '../settings/tls.ts'
import { openTcp } from './tcp/open-tcp.ts'

/** Lines of records in over TCP, where a port is set. */
export const openTcpGateway: OpenPart = async ({ intake, keys, log, logger, metrics, refusals, settings, streams }) => {
  const { host, tcpPort } = settings
  if (tcpPort === null) return { close: async () => {} }
  const { port, close } = await openTcp({
    access: keys,
    streams,
    intake,
    log,
    figures: metrics.gateways.of('tcp'),
    onKeyEnded: (ended) => keys.onEnded(ended),
    host,
    port: tcpPort,
    tls: readTls(settings),
    refused: (refusal) => refusals.add(refusal),
    report: (reason) => logger.info({ reason }, 'a TCP connection ended'),
  })
  logger.info({ host, port }, 'TCP listens')
  return { close }
}
