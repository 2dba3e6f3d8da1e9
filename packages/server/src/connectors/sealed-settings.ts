import { MillraceError } from '@millrace/plan'
import { type Seal, sealed, unsealed } from '../control/sealed.ts'
import type { Named } from '../live/kept-ways.ts'

export type Settings = Readonly<Record<string, unknown>>

/** Members whose values nobody is shown, wherever they stand. */
const secretMembers: ReadonlySet<string> = new Set(['password', 'privateKey'])

/** Settings of sources and sinks, sealed with the server's secret: a copy of the control database gives no password away. */
export class SealedSettings {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  seal(settings: Settings, of: Named): string {
    return Buffer.from(sealed(JSON.stringify(settings), this.#sealOf(of))).toString('base64')
  }

  /** Errors: CONNECTOR_SECRET. */
  open(of: Named & { readonly sealed: string }): Settings {
    try {
      return JSON.parse(unsealed(Buffer.from(of.sealed, 'base64'), this.#sealOf(of))) as Settings
    } catch (cause) {
      throw new MillraceError('CONNECTOR_SECRET', { name: of.name }, { cause })
    }
  }

  /** Without its secrets. */
  shown(of: Named & { readonly sealed: string }): Settings {
    try {
      return withoutSecrets(this.open(of))
    } catch {
      return {}
    }
  }

  #sealOf({ tenant, name }: Named): Seal {
    return { secret: this.#secret, purpose: 'millrace settings', name: `${tenant}\n${name}` }
  }
}

function withoutSecrets(settings: Settings): Settings {
  const shown = Object.entries(settings).filter(([name]) => !secretMembers.has(name))
  return Object.fromEntries(shown.map(([name, value]) => [name, isObject(value) ? withoutSecrets(value) : value]))
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
