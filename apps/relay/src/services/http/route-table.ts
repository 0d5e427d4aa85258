import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError, type Binding } from '../../engine/built-in'
import { checkMayBind } from '../parts'

/** A function that answers at an address. */
export interface HttpRoute {
  readonly binding: Binding
  /** As it was registered, with a `/` in front. */
  readonly path: string
  readonly method: string
  readonly segments: readonly string[]
  readonly condition: string | undefined
  readonly middleware: readonly string[]
  /** Its worker has left: whoever asks is told to come back. */
  readonly isAway: boolean
}

/** A route that fits a request. */
export interface Matched {
  readonly route: HttpRoute
  readonly params: Readonly<Record<string, string>>
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const SEGMENT = /^(?::[A-Za-z_][A-Za-z0-9_]{0,63}|[^:?#/\s]{1,256})$/
const LONGEST = 1024
/** Routes whose worker has left are remembered for a while, so many at most. */
const AWAY = 1000

/** Addresses and who answers at them. */
export class RouteTable {
  readonly #routes = new Map<string, HttpRoute[]>()
  readonly #owns: (binding: Binding) => boolean

  /** @param owns whether the function is its binder's own: then nobody who may call it too answers in its place, with a middleware of theirs */
  constructor(owns: (binding: Binding) => boolean) {
    this.#owns = owns
  }

  /** @throws EngineError where another route stands in the way */
  add(route: HttpRoute): void {
    const shape = shapeOf(route)
    const there = (this.#routes.get(shape) ?? []).filter((one) => !one.isAway && one.binding.id !== route.binding.id)
    const other = there.find((one) => one.path !== route.path || one.binding.functionId !== route.binding.functionId)
    if (other !== undefined)
      throw new EngineError(
        'trigger_registration_failed',
        `The http trigger was not bound: ${route.method} ${route.path} is in conflict with ${other.path}, which calls ${other.binding.functionId}.`,
      )
    this.#routes.set(shape, [...there, route])
  }

  /** Its worker has left, it seems: whoever asks is told to come back, until `forget`. Gives the function's name. */
  leave(id: string): string | undefined {
    let functionId: string | undefined
    for (const [shape, all] of Array.from(this.#routes)) {
      const gone = all.find((one) => one.binding.id === id && !one.isAway)
      if (gone === undefined) continue
      functionId = gone.binding.functionId
      const rest = all.filter((one) => one !== gone)
      // Put in anew, because the map is in the order in which they left.
      this.#routes.delete(shape)
      this.#routes.set(shape, rest.length > 0 ? rest : [{ ...gone, isAway: true }])
    }
    const away = [...this.#routes].filter(([, [first]]) => first?.isAway === true)
    for (const [shape] of away.slice(0, Math.max(0, away.length - AWAY))) this.#routes.delete(shape)
    return functionId
  }

  /** It was taken away on purpose, so nobody shall wait for it. One that was bound again meanwhile stays. */
  forget(id: string): void {
    for (const [shape, [first]] of Array.from(this.#routes))
      if (first?.isAway === true && first.binding.id === id) this.#routes.delete(shape)
  }

  /** What was written out wins over a parameter, from the left. */
  find(method: string, path: string): Matched | undefined {
    const parts = decoded(path)
    if (parts === undefined) return undefined
    let best: Matched | undefined
    for (const all of this.#routes.values()) {
      const route = all.length === 1 ? all[0] : (all.find(({ binding }) => this.#owns(binding)) ?? all[0])
      if (route === undefined || route.method !== method || route.segments.length !== parts.length) continue
      const params = paramsOf(route.segments, parts)
      if (params !== undefined && (best === undefined || isNearer(route.segments, best.route.segments))) best = { route, params }
    }
    return best
  }
}

/** @throws EngineError `trigger_registration_failed`, `FORBIDDEN` */
export function readRoute(binding: Binding): HttpRoute {
  const { api_path, http_method, condition_function_id, middleware_function_ids } = isJsonObject(binding.config) ? binding.config : {}
  if (typeof api_path !== 'string' || api_path.length > LONGEST) throw refusal('it needs an "api_path"')
  const segments = api_path.split('/').filter((one) => one !== '')
  if (!segments.every((one) => SEGMENT.test(one))) throw refusal('a part of "api_path" is a name or, with a colon in front, a parameter')
  const method = typeof http_method === 'string' ? http_method.toUpperCase() : 'GET'
  if (!METHODS.has(method)) throw refusal(`"http_method" is one of ${[...METHODS].join(', ')}`)
  const condition = names('condition_function_id', condition_function_id === undefined ? undefined : [condition_function_id])[0]
  const middleware = names('middleware_function_ids', middleware_function_ids)
  for (const name of [...middleware, ...(condition === undefined ? [] : [condition])]) checkMayBind(binding.binder, name)
  return { binding, path: `/${segments.join('/')}`, method, segments, condition, middleware, isAway: false }
}

function names(field: string, value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > 16) throw refusal(`"${field}" names functions`)
  const list: readonly Json[] = value
  return list.flatMap((one) => {
    if (one === null) return []
    if (typeof one !== 'string') throw refusal(`"${field}" names functions`)
    return [one]
  })
}

function refusal(why: string): EngineError {
  return new EngineError('trigger_registration_failed', `The http trigger was not bound: ${why}.`)
}

function shapeOf({ method, segments }: HttpRoute): string {
  return `${method} ${segments.map((one) => (one.startsWith(':') ? ':' : one)).join('/')}`
}

function decoded(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((one) => one !== '')
      .map(decodeURIComponent)
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined
    throw thrown
  }
}

function paramsOf(segments: readonly string[], parts: readonly string[]): Readonly<Record<string, string>> | undefined {
  const found: [string, string][] = []
  for (const [at, segment] of segments.entries()) {
    const part = parts[at] ?? ''
    if (segment.startsWith(':')) found.push([segment.slice(1), part])
    else if (segment !== part) return undefined
  }
  return Object.fromEntries(found)
}

function isNearer(one: readonly string[], other: readonly string[]): boolean {
  const at = one.findIndex((segment, index) => segment.startsWith(':') !== (other[index]?.startsWith(':') ?? false))
  return at !== -1 && one[at]?.startsWith(':') === false
}
