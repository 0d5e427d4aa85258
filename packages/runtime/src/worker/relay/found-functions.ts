import { DIRECTORY_FORM, isJsonObject, parseJson, type Json, type JsonObject, type WorkerFunction } from '@tabwright/protocol'
import type { CallOptions, FunctionOptions, Handler, Registered, TriggerRequest } from '@tabwright/relay-client/worker'
import { cleanSchema } from './clean-schema'
import { plainWords } from './plain-words'

/** What looking for functions needs of the connection. */
export interface Discovering {
  registerFunction(id: string, handler: Handler, options?: FunctionOptions): Registered
  registerTrigger(trigger: TriggerRequest): Registered
  invoke(functionId: string, data?: Json, options?: CallOptions): Promise<Json | undefined>
}

const NAME = /^[a-z0-9_-]+(?:::[a-z0-9_-]+)*$/
const MOST_FUNCTIONS = 1000
const MOST_DESCRIPTION = 2000
const MOST_NAME = 48
/** A name of the relay: `guest:` and a segment at most. */
const MOST_IDENTITY = 80
/** The relay tells of so many at once. */
const AT_ONCE = 32

/** A function as it is known, and by what its row would differ if it were another. */
interface Known {
  readonly row: string
  readonly found: WorkerFunction
}

/** Functions of all other workers, as the relay tells of them: it says when they change, and is asked only then. */
export class FoundFunctions {
  readonly #connection: Discovering
  /** What our own begin with. */
  readonly #own: string
  readonly #changed: () => void
  #known: ReadonlyMap<string, Known> = new Map()
  /** Whoever asked last is right. */
  #asked = 0

  constructor(connection: Discovering, own: string, changed: () => void) {
    this.#connection = connection
    this.#own = own
    this.#changed = changed
    const id = `${own}functions_changed`
    connection.registerFunction(id, () => this.refresh(), {
      description: 'Tells this tab that functions came or went; it looks for itself.',
      metadata: { internal: true },
    })
    connection.registerTrigger({ type: 'engine::functions-available', functionId: id })
  }

  /** By id. */
  get list(): readonly WorkerFunction[] {
    return [...this.#known.values()].map(({ found }) => found)
  }

  /** @throws CallError */
  async refresh(): Promise<undefined> {
    const mine = ++this.#asked
    const rows = rowsIn(await this.#connection.invoke('engine::functions::list', {})).filter((row) => this.#isOthers(row))
    const before = this.#known
    const news = rows.filter((row) => before.get(idOf(row))?.row !== JSON.stringify(row))
    const schemas = await this.#schemasOf(news.filter((row) => row['schema_hash'] !== undefined).map(idOf))
    if (mine !== this.#asked) return
    const next = new Map(
      rows.slice(0, MOST_FUNCTIONS).map((row): [string, Known] => {
        const id = idOf(row)
        const text = JSON.stringify(row)
        const same = before.get(id)
        return [id, same?.row === text ? same : { row: text, found: functionOf(row, schemas.get(id)) }]
      }),
    )
    const isSame = next.size === before.size && [...next].every(([id, one]) => before.get(id) === one)
    this.#known = next
    if (!isSame) this.#changed()
  }

  #isOthers(row: JsonObject): boolean {
    const id = idOf(row)
    // What this tab does itself its own agents do otherwise; what programs of its sandboxes do is for all.
    return NAME.test(id) && (!id.startsWith(this.#own) || id.slice(this.#own.length).includes('::'))
  }

  async #schemasOf(ids: readonly string[]): Promise<ReadonlyMap<string, Json>> {
    const schemas = new Map<string, Json>()
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const found = rowsIn(await this.#connection.invoke('engine::functions::info', { function_ids: ids.slice(at, at + AT_ONCE) }))
      for (const one of found) if (one['request_schema'] !== undefined) schemas.set(idOf(one), one['request_schema'])
    }
    return schemas
  }
}

function rowsIn(answer: Json | undefined): readonly JsonObject[] {
  const rows = isJsonObject(answer) ? answer['functions'] : undefined
  return Array.isArray(rows) ? rows.filter((row) => isJsonObject(row)) : []
}

function idOf(row: JsonObject): string {
  const id = row['function_id']
  return typeof id === 'string' ? id : ''
}

function functionOf(row: JsonObject, schema: Json | undefined): WorkerFunction {
  const { worker_name: worker, identity, description, metadata } = row
  const about = isJsonObject(metadata) ? metadata : {}
  const { version, effect, tags } = about
  return {
    id: idOf(row),
    worker: worker === undefined ? '' : wordsOf(worker, MOST_NAME),
    identity: wordsOf(identity, MOST_IDENTITY),
    description: wordsOf(description, MOST_DESCRIPTION),
    // Some clients send their schemas as text.
    input: cleanSchema(typeof schema === 'string' ? parseJson(schema) : schema),
    version: wordsOf(version, MOST_NAME),
    effect: effect === 'pure' || effect === 'keyed' ? effect : 'ask',
    ...directoryOf(row),
    isHot: Array.isArray(tags) && tags.includes('hot'),
    uses: 0,
  }
}

const SHELL = '::shell'

/** By this a worker says that its whole directory can be the place of a session's commands. */
function directoryOf(row: JsonObject): Pick<WorkerFunction, 'directory'> {
  const { metadata } = row
  const said = isJsonObject(metadata) ? metadata['directory'] : undefined
  const id = idOf(row)
  if (!isJsonObject(said) || said['form'] !== DIRECTORY_FORM || !id.endsWith(SHELL)) return {}
  const identity = wordsOf(row['identity'], MOST_IDENTITY)
  const mark = wordsOf(said['mark'], MOST_NAME)
  return { directory: { name: id.slice(0, -SHELL.length), mark, identity, isConfined: said['confined'] === true } }
}

function wordsOf(value: Json | undefined, most: number): string {
  return typeof value === 'string' ? plainWords(value, most) : ''
}
