import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** A port that speaks TLS, with a certificate of `broker.example.org` that nobody trusts, and leads to another one that does not. */
export class TlsWire {
  /** PEM; it is its own authority. */
  readonly certificate: string
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  private constructor(target: number, key: string, certificate: string) {
    this.certificate = certificate
    this.server = createServer({ key, cert: certificate }, (near) => {
      const far = connect(target, '127.0.0.1')
      for (const socket of [near, far]) this.sockets.add(socket.on('error', () => undefined))
      near.pipe(far).pipe(near)
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
    })
  }

  static async to(port: number): Promise<TlsWire> {
    const { key, certificate } = selfSigned('broker.example.org')
    const wire = new TlsWire(port, key, certificate)
    await new Promise<void>((resolve) => wire.server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    for (const socket of this.sockets) socket.destroy()
    await closed
  }
}

function selfSigned(host: string): { readonly key: string; readonly certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-certificate-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
  try {
    execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
