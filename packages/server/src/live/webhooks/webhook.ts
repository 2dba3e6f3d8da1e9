/** An output whose results are sent to an address. */
export interface Webhook {
  readonly tenant: string
  /** Unique within the tenant. */
  readonly name: string
  readonly app: string
  readonly output: string
  readonly url: string
  /** What is sent is signed with it. */
  readonly secret: string
}

/** Where the log keeps how far a webhook has come. */
export function webhookMarkStream(name: string): string {
  return `$webhooks/${name}/mark`
}

/** Where the log keeps what a webhook could not deliver. */
export function webhookDeadStream(name: string): string {
  return `$webhooks/${name}/dead`
}
