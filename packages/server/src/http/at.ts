import { type OperationName, operations } from '@millrace/api'

/** Where an operation of the API stands, as a route's options. */
export function at<N extends OperationName>(name: N): { readonly method: (typeof operations)[N]['method']; readonly url: string } {
  const { method, path } = operations[name]
  return { method, url: path.replace(/\{(\w+)\}/g, ':$1') }
}

/** Name of the operation at a route. */
export function operationAt(method: string, url: string): string | undefined {
  return names.get(`${method} ${url}`)
}

const names = new Map((Object.keys(operations) as OperationName[]).map((name) => [`${at(name).method} ${at(name).url}`, name]))
