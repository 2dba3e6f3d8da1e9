/** A host as sockets take it: IPv6 without its brackets. */
export function socketHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
