import swagger from '@fastify/swagger'
import { Problem } from '@millrace/api/schemas'
import type { Http } from './http.ts'

type Members = Readonly<Record<string, unknown>>

/** Marks operations that take an idempotency key. */
export const idempotent = 'x-idempotent'

interface Operation {
  readonly [idempotent]?: boolean
  readonly parameters?: readonly Members[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Members }>> }
  readonly responses: Members
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Members
}

/** The OpenAPI document of all routes, made from the schemas that check requests: `GET /v1/openapi.json`. */
export async function describe(http: Http): Promise<void> {
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Millrace', version: '1', description: 'Stream analytics for fleets of sensors' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key, mrk_...' } } },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json['$id'] ?? `Schema${index}`) },
  })
  let document: object | null = null
  http.get('/v1/openapi.json', { config: { scopes: 'public' }, schema: { hide: true } }, async () => {
    const made: unknown = http.swagger()
    document ??= whole(made as Document)
    return document
  })
}

/** With what all operations have in common: errors, and bodies that may be left out. */
function whole(document: Document): object {
  const { paths, components } = document
  const described = mapped(paths, (path) => mapped(path, wholeOperation))
  return { ...document, components: { ...components, schemas: { ...(components['schemas'] as Members), Problem } }, paths: described }
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const errors = { '4XX': problem('The request is refused'), '5XX': problem('The server cannot do it now') }

const idempotencyKey = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: '^([a-zA-Z0-9_.:-]{1,128}|"[ !#-\\[\\]-~]{1,128}")$' },
  description: 'Sent again with the same key, the request is not done again, and answered as before',
}

function wholeOperation({ [idempotent]: isNamed, parameters = [], requestBody, responses, ...more }: Operation): object {
  return {
    ...more,
    parameters: isNamed === true ? [...parameters, idempotencyKey] : parameters,
    ...(requestBody !== undefined && { requestBody: optionalBody(requestBody) }),
    responses: { ...responses, ...errors },
  }
}

/** A body that may be null may be left out. */
function optionalBody(body: NonNullable<Operation['requestBody']>): object {
  const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(body.content)
  const kinds = (schema['anyOf'] ?? []) as readonly Members[]
  const [kind, ...others] = kinds.filter((one) => one['type'] !== 'null')
  if (kind === undefined || others.length > 0 || kinds.length < 2) return body
  return { ...body, required: false, content: { [type]: { schema: { ...kind, type: [kind['type'], 'null'] } } } }
}

function mapped<A, B>(members: Readonly<Record<string, A>>, change: (member: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member)]))
}
