import { type OperationName, operations } from '@millrace/api'

interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly examples?: readonly unknown[]
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema; readonly description?: string }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

const opening = `# REST API

The server describes itself at \`GET /v1/openapi.json\` (OpenAPI 3.1). A request has an API key, \`Authorization: Bearer mrk_...\`; an operator's
names the tenant whose things it is about, \`Millrace-Tenant: acme\`. Errors are \`application/problem+json\` (RFC 9457) with a code of
[the catalogue](errors.md), what to do, and \`issues\`: all that is wrong with what was sent. Lists come in pages: \`next\` of one is \`after\` of
the following. Members that are not named here are refused. A request that changes something may have an \`Idempotency-Key\`: sent again with it, it
is not done again ([the server](server.md)).

\`MillraceClient\` of \`@millrace/api\` has each operation as a method:

\`\`\`js
import { MillraceClient } from '@millrace/api'

const client = new MillraceClient({ url: 'http://127.0.0.1:8080', key: process.env.MILLRACE_KEY })
await client.sendRecords('readings', [{ sensor: 7, at: 1_790_000_000_000, value: 21.5 }])
for await (const { row } of client.followResults('sums', 'alerts', { from: 'begin' })) console.log(row)
\`\`\`

\`sendRecords\` numbers its bodies and sends them until they are acknowledged, each once in the log ([records in](records-in.md)); bytes
that come one after the other, such as those of a file, are sent as they come, in one body of any length, once:

\`\`\`js
import { createReadStream } from 'node:fs'

const { accepted, rejected } = await client.sendRecords('readings', createReadStream('readings.ndjson'), { format: 'declared' })
\`\`\`

\`followRecords\` and \`followResults\` go on behind the last row after a broken connection ([records out](records-out.md)), until their
\`signal\`; \`client.all((page) => client.listApps(page))\` reads a list to its end. What failed for a reason that passes (no connection,
429, 503 ...) is tried again, up to six times, after the time that the server asks for; the server does each request once all the same. An
error is a \`RequestFailed\` with \`code\`, \`action\`, \`issues\` and \`status\` (0: there was no answer).

This page is made from the server's document: \`UPDATE=1 npx vitest run packages/server/test/client\`.
`

/** docs/api.md. */
export function apiPage({ paths }: OpenApi): string {
  const names = Object.keys(operations) as OperationName[]
  const groups = Map.groupBy(names, (name) => operations[name].path.split('/').slice(1, 3).join('/'))
  const text = [...groups].map(([group, of]) => `\n## ${group.replace('v1/', '')}\n${of.map((name) => operationText(name, paths)).join('')}`)
  return `${opening}${text.join('')}`
}

function operationText(name: OperationName, paths: OpenApi['paths']): string {
  const { method, path } = operations[name]
  const { parameters = [], requestBody, responses } = paths[path]?.[method.toLowerCase()] ?? { responses: {} }
  const asked = parameters
    .filter((one) => one.in !== 'path' && one.name !== 'idempotency-key')
    .map(({ name: member, in: where, schema, description }) => line(`${member}\` (${where})`, schema, description))
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  const answers = Object.entries(responses).filter(([status]) => Number(status) < 300)
  return [
    `\n### ${name}\n\n\`${method} ${path}\`\n`,
    asked.length === 0 ? '' : `\n${asked.join('')}`,
    body === undefined ? '' : `\nBody: ${shown(body)}`,
    ...answers.slice(0, 1).map(([, { content, description }]) => answerText(answers.map(([status]) => status).join(', '), content, description)),
  ].join('')
}

function answerText(statuses: string, content: Content = {}, description = ''): string {
  const schema = content['application/json']?.schema
  if (schema !== undefined) return `\nAnswer ${statuses}: ${shown(schema)}`
  return Object.keys(content).length === 0
    ? `\nAnswer ${statuses}.\n`
    : `\nAnswer ${statuses}: ${description}, as ${Object.keys(content)
        .map((type) => `\`${type}\``)
        .join(', ')}.\n`
}

function shown(schema: Schema): string {
  const members = Object.entries(schema.properties ?? {}).map(([name, one]) =>
    line(`${name}\`${schema.required?.includes(name) ? '' : ' (may be absent)'}`, one),
  )
  const [example] = schema.examples ?? []
  const text = example === undefined ? '' : `\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`
  return `${schema.description ?? typeOf(schema)}.\n${members.length === 0 ? '' : `\n${members.join('')}`}${text}`
}

function line(name: string, schema: Schema, description = schema.description): string {
  return `- \`${name}: ${typeOf(schema)}${description === undefined || description === '' ? '' : `. ${description}`}\n`
}

function typeOf({ $ref, type, enum: values, anyOf, items }: Schema): string {
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? ''
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(' or ')
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ')
  return type === 'array' ? `list of ${typeOf(items ?? {})}` : (type ?? 'any')
}
