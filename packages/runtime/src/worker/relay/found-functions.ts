import {
  DIRECTORY_FORM,
  isJsonObject,
  MOST_WORKER_FUNCTIONS,
  parseJson,
  type Json,
  type JsonObject,
  type WorkerFunction,
} from '@tabwright/protocol'
import {
  CallError,
  rowsOf,
  type CallOptions,
  type FunctionOptions,
  type Handler,
  type Registered,
  type TriggerRequest,
} from '@tabwright/relay-client/worker'
import { cleanSchema } from './clean-schema'
import { plainWords } from './plain-words'

/** What looking for functions needs of the connection. */
export interface Discovering {
  registerFunction(id: string, handler: Handler, options?: FunctionOptions): Registered
  registerTrigger(trigger: TriggerRequest): Registered
  invoke(functionId: string, data?: Json, options?: CallOptions): Promise<Json | undefined>
}

const NAME = /^[a-z0-9_-]+(?:::[a-z0-9_-]+)*$/
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

/** What a function takes, where it says so. `unknown`: the relay could not tell. */
type Schema = { readonly schema: Json | undefined } | 'unknown'

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
    const rows = await this.#rows()
    const before = this.#known
    const news = rows.filter((row) => before.get(idOf(row))?.row !== JSON.stringify(row))
    const schemas = await this.#schemasOf(news.filter((row) => row['schema_hash'] !== undefined).map(idOf))
    if (mine !== this.#asked) return
    const next = new Map(
      rows.flatMap((row): [string, Known][] => {
        const id = idOf(row)
        const text = JSON.stringify(row)
        const same = before.get(id)
        if (same?.row === text) return [[id, same]]
        const schema = schemas.get(id)
        // Nobody calls what one cannot say the input of; the others are there all the same.
        return schema === 'unknown' ? [] : [[id, { row: text, found: functionOf(row, schema?.schema) }]]
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

  async #rows(): Promise<readonly JsonObject[]> {
    const all = await rowsOf(this.#connection, 'functions')
    return all.filter((row) => this.#isOthers(row)).slice(0, MOST_WORKER_FUNCTIONS)
  }

  async #schemasOf(ids: readonly string[]): Promise<ReadonlyMap<string, Schema>> {
    const schemas = new Map<string, Schema>()
    const batches: (readonly string[])[] = []
    for (let at = 0; at < ids.length; at += AT_ONCE) batches.push(ids.slice(at, at + AT_ONCE))
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const { rows, left } = await this.#infoOf(batch)
      for (const row of rows) schemas.set(idOf(row), { schema: row['request_schema'] })
      const half = Math.ceil(left.length / 2)
      // One that no answer holds hides no other.
      if (left.length === 1 && left.length === batch.length) for (const id of left) schemas.set(id, 'unknown')
      else if (left.length === batch.length) batches.push(left.slice(0, half), left.slice(half))
      else if (left.length > 0) batches.push(left)
    }
    return schemas
  }

  /** What one answer holds of them, and those that it has no room for. */
  async #infoOf(ids: readonly string[]): Promise<{ readonly rows: readonly JsonObject[]; readonly left: readonly string[] }> {
    try {
      const answer = await this.#connection.invoke('engine::functions::info', { function_ids: ids })
      const { functions, left_off: off } = isJsonObject(answer) ? answer : {}
      const rows = Array.isArray(functions) ? functions.filter((row) => isJsonObject(row)) : []
      return { rows, left: Array.isArray(off) ? off.filter((id) => typeof id === 'string') : [] }
    } catch (thrown) {
      if (thrown instanceof CallError && thrown.code === 'too_large') return { rows: [], left: ids }
      throw thrown
    }
  }
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
