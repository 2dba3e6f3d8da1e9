import { Counter, Gauge, type Registry } from 'prom-client'

/** Why the server ended a connection. slow: it took nothing; key: it is no longer valid; limit: too many, too long or too quiet. */
export type EndReason = 'slow' | 'key' | 'limit' | 'error'

/** Figures of a gateway whose connections stay open. */
export interface GatewayFigures {
  opened(): void
  closed(): void
  ended(reason: EndReason): void
  sent(messages: number): void
}

/** Connections of gateways and what they are sent. */
export class GatewayMetrics {
  private readonly connections: Gauge<'gateway'>
  private readonly ended: Counter<'gateway' | 'reason'>
  private readonly sent: Counter<'gateway'>

  constructor(registry: Registry) {
    const registers = [registry]
    this.connections = new Gauge({ name: 'millrace_gateway_connections', help: 'Connections that are open', labelNames: ['gateway'], registers })
    const help = 'Connections that the server ended, by reason: slow, key, limit, error'
    this.ended = new Counter({ name: 'millrace_gateway_ended_connections_total', help, labelNames: ['gateway', 'reason'], registers })
    this.sent = new Counter({ name: 'millrace_gateway_sent_messages_total', help: 'Messages sent to subscribers', labelNames: ['gateway'], registers })
  }

  of(gateway: 'mqtt' | 'tcp'): GatewayFigures {
    this.connections.set({ gateway }, 0)
    return {
      opened: () => this.connections.inc({ gateway }),
      closed: () => this.connections.dec({ gateway }),
      ended: (reason) => this.ended.inc({ gateway, reason }),
      sent: (messages) => this.sent.inc({ gateway }, messages),
    }
  }
}
