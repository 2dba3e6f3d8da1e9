import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { LoadSpec } from './load-spec.ts'

/** Follows the alerts of a tenant as events, and tells the number in the message of each as it comes. */
export class AlertFollower {
  private readonly request: ClientRequest
  private rest = ''

  private constructor(asked: ClientRequest, answer: IncomingMessage, seen: (number: number) => void) {
    this.request = asked
    answer.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.rest + text).split('\n')
      this.rest = lines.pop() ?? ''
      for (const line of lines) {
        const number = /"message":"n(\d+)"/.exec(line)?.[1]
        if (number !== undefined) seen(Number(number))
      }
    })
    answer.on('error', () => {})
  }

  /** Resolves once it follows. */
  static async open(port: number, key: string, seen: (number: number) => void): Promise<AlertFollower> {
    const path = '/v1/apps/load/outputs/alerts/live?from=now'
    const asked = request({ port, host: '127.0.0.1', path, headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' } })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    if (answer.statusCode !== 200) throw new Error(`following was refused: ${answer.statusCode}`)
    return new AlertFollower(asked, answer, seen)
  }

  close(): void {
    this.request.on('error', () => {})
    this.request.destroy()
  }
}

/** One of each tenant, where the alerts are wanted. */
export function followersOf({ follow, tenants, port }: LoadSpec, seen: (number: number) => void): Promise<readonly AlertFollower[]> {
  return Promise.all(follow ? tenants.map(({ key }) => AlertFollower.open(port, key, seen)) : [])
}
