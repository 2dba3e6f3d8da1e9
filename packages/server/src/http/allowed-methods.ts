import { type Operation, operations } from '@millrace/api'

const paths = Map.groupBy<string, Operation>(Object.values(operations), ({ path }) => path)
const routes = [...paths].map(([path, of]) => ({
  form: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
  methods: [...of.map(({ method }) => method), ...(of.some(({ method }) => method === 'GET') ? ['HEAD'] : [])],
}))

/** Methods by which a path can be asked for; none: there is nothing. */
export function methodsAt(path: string): readonly string[] {
  return routes.flatMap(({ form, methods }) => (form.test(path) ? methods : []))
}
