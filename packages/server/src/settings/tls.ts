import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Issue, issue } from '@millrace/plan'
import type { Settings } from './settings.ts'

export interface TlsFiles {
  readonly key: Buffer
  readonly cert: Buffer
}

type TlsSettings = Pick<Settings, 'tlsKey' | 'tlsCertificate'>

/** Null: the server speaks without TLS. */
export function readTls({ tlsKey, tlsCertificate }: TlsSettings): TlsFiles | null {
  return tlsKey === null || tlsCertificate === null ? null : { key: readFileSync(tlsKey), cert: readFileSync(tlsCertificate) }
}

/** Both files or none, readable, and the key is that of the certificate. */
export function tlsIssues(settings: TlsSettings): readonly Issue[] {
  if ((settings.tlsKey === null) !== (settings.tlsCertificate === null)) {
    const name = settings.tlsKey === null ? 'tlsKey' : 'tlsCertificate'
    return [wrong(name, 'is missing: TLS needs both a key and a certificate')]
  }
  const issues: Issue[] = []
  const key = attempt('tlsKey', settings.tlsKey, (text) => createPrivateKey(text), issues)
  const certificate = attempt('tlsCertificate', settings.tlsCertificate, (text) => new X509Certificate(text), issues)
  if (key !== null && certificate !== null && !certificate.checkPrivateKey(key)) issues.push(wrong('tlsKey', 'is not the key of the certificate'))
  return issues
}

function attempt<T>(name: string, file: string | null, read: (text: Buffer) => T, issues: Issue[]): T | null {
  if (file === null) return null
  try {
    return read(readFileSync(file))
  } catch (error) {
    issues.push(wrong(name, `cannot be used: ${error instanceof Error ? error.message : String(error)}`))
    return null
  }
}

const wrong = (name: string, reason: string): Issue => issue('SETTING_INVALID', name, { from: name, reason })
