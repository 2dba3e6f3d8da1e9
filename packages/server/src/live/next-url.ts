/** The address of the next page: the same, but from there on. */
export function nextUrl(url: string, next: number): string {
  const at = url.indexOf('?')
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
  query.delete('fromMs')
  query.set('from', String(next))
  return `${at < 0 ? url : url.slice(0, at)}?${query}`
}
