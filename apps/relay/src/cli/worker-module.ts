import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isJsonObject, parseJson, type Json, type JsonObject } from '@tabwright/protocol'
import { isFunctionName } from '@tabwright/protocol/relay'
import type { FunctionOptions } from '@tabwright/relay-client/worker'
import { WrongUse } from './command-end'

/** A function that a module exports, under the name by which it is called. */
export interface ModuleFunction {
  readonly id: string
  readonly options: FunctionOptions
  readonly triggers: readonly { readonly type: string; readonly config: Json }[]
  /** Whatever it returns that is no JSON becomes what `JSON.stringify` makes of it. */
  run(data: Json | undefined, tools: object): Promise<Json | undefined>
}

/**
 * Loads a module and looks at what it exports.
 * @param prefix first segment of all names
 * @throws WrongUse for a module that cannot be loaded or exports no function
 */
export async function readModule(file: string, prefix: string): Promise<readonly ModuleFunction[]> {
  const module = await load(file)
  const found = Object.entries(module).flatMap(([name, value]) => (isCallable(value) ? [read(`${prefix}::${kebab(name)}`, value)] : []))
  if (found.length === 0) throw new WrongUse(`${file} exports no function; "export async function hello(input) { … }" is one`)
  const twice = found.find((one, at) => found.findIndex(({ id }) => id === one.id) !== at)
  if (twice !== undefined) throw new WrongUse(`Two functions of ${file} would both be called ${twice.id}`)
  return found
}

async function load(file: string): Promise<object> {
  try {
    const module: unknown = await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)
    return typeof module === 'object' && module !== null ? module : {}
  } catch (thrown) {
    throw new WrongUse(`${file} could not be loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

function read(id: string, value: Callable): ModuleFunction {
  if (!isFunctionName(id)) throw new WrongUse(`${id} is no name of a function; lower-case letters, digits, _ and - are`)
  const description = own(value, 'description')
  const triggers = own(value, 'triggers')
  return {
    id,
    options: {
      ...(typeof description === 'string' && { description }),
      ...objectOf(value, 'request'),
      ...objectOf(value, 'response'),
      ...objectOf(value, 'metadata'),
    },
    triggers: triggers === undefined ? [] : triggersOf(id, triggers),
    run: async (data, tools) => {
      const result: unknown = await value(data, tools)
      return result === undefined ? undefined : parseJson(JSON.stringify(result) ?? 'null')
    },
  }
}

function triggersOf(id: string, given: Json): ModuleFunction['triggers'] {
  const all = Array.isArray(given) ? given : [given]
  return all.map((one) => {
    const type = isJsonObject(one) ? one['type'] : undefined
    if (!isJsonObject(one) || typeof type !== 'string')
      throw new WrongUse(`A trigger of ${id} has no type; { type: 'http', config: { … } } is one`)
    return { type, config: one['config'] ?? {} }
  })
}

function objectOf(value: object, name: 'request' | 'response' | 'metadata'): { [key in typeof name]?: JsonObject } {
  const found = own(value, name)
  return isJsonObject(found) ? { [name]: found } : {}
}

/** What somebody put on the function; only what is JSON. */
function own(value: object, name: string): Json | undefined {
  if (!Object.hasOwn(value, name)) return undefined
  const found: unknown = Reflect.get(value, name)
  return found === undefined || typeof found === 'function' ? undefined : parseJson(JSON.stringify(found))
}

type Callable = (...args: readonly unknown[]) => unknown

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function'
}

/** `sendMail` is called `send-mail`: names have no capitals. */
function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}
