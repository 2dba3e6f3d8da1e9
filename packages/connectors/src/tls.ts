import { type ConnectionOptions, checkServerIdentity, getCACertificates } from 'node:tls'
import type { Tls } from '@millrace/api/schemas'

/**
 * What `node:tls` and the libraries take. The certificate must be one of `serverName`, or of the host; also where a library asks for another name
 * than ours. Without `host` it is the one that the library connects to.
 */
export function tlsOptions(tls: Tls, host?: string): ConnectionOptions {
  const name = tls.serverName ?? host
  return {
    ca: tls.ca === undefined ? [...getCACertificates('default'), ...getCACertificates('system')] : [tls.ca],
    cert: tls.certificate,
    key: tls.privateKey,
    rejectUnauthorized: true,
    checkServerIdentity: (asked, certificate) => checkServerIdentity(name ?? asked, certificate),
  }
}
