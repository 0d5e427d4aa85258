import type { CallContent } from './content'
import type { OfferedDirectory } from './hands-choice'
import type { JsonObject } from './json'
import { isJsonObject, parseJson } from './json'

/** A function that another worker of the relay offers, as an agent may use it. What stands in it is its worker's word, and nobody else's. */
export interface WorkerFunction {
  /** As the relay knows it, such as `orders::refund`. */
  readonly id: string
  /** What its worker calls itself. */
  readonly worker: string
  /** Of the token that its worker came with, which it does not choose; empty where the relay does not say. */
  readonly identity: string
  readonly description: string
  /** JSON Schema of an object. */
  readonly input: JsonObject
  /** Of the function, where its worker says one. */
  readonly version: string
  /** What may be done about a call of it whose end is unknown; `ask` unless its worker says that it may be repeated. */
  readonly effect: 'pure' | 'keyed' | 'ask'
  /** Its worker wants it at hand: of those that were used it is among the first. */
  readonly isHot: boolean
  /** It is the shell of a whole directory, which can be the place of a session's commands. */
  readonly directory?: OfferedDirectory
  /** How often agents of this browser have used it. */
  readonly uses: number
  /** Of what this tab itself offers: it lets others reach into the session, and is judged as what leaves it. */
  readonly opensOut?: true
}

/** So many functions of others are known to a tab, the first by their names; what is beyond is offered to nobody there, and said to be. */
export const MOST_WORKER_FUNCTIONS = 1000

/** A function that a person chose. The same name of another token is another function, and of another worker where no token is known. */
export type ChosenFunction = Pick<WorkerFunction, 'id' | 'worker' | 'identity'>

/** Whether it is the one that was chosen. */
export function isChosen({ id, worker, identity }: WorkerFunction, chosen: ChosenFunction): boolean {
  return id === chosen.id && identity === chosen.identity && (identity !== '' || worker === chosen.worker)
}

/**
 * Under which name a function takes what is to be searched for: `query`, or the one text that it cannot do without. Undefined: it is none that
 * searches for words alone.
 */
export function queryField({ input }: Pick<WorkerFunction, 'input'>): string | undefined {
  const { properties, required } = input
  const fields = isJsonObject(properties) ? properties : {}
  const needed = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
  const isText = (name: string): boolean => isJsonObject(fields[name]) && fields[name]['type'] === 'string'
  if (isText('query')) return needed.every((name) => name === 'query') ? 'query' : undefined
  const [only, ...others] = needed
  return only !== undefined && others.length === 0 && isText(only) ? only : undefined
}

/** Begins the names of what a tab offers to its own agents. No worker can offer anything under it: it is our word, and stays in the tab. */
const HERE = 'here::'

/** Whether a function is the tab's own, and no program's. */
export function isHere(id: string): boolean {
  return id.startsWith(HERE)
}

/** The tool by which the model calls a function that is not among its tools. */
export const CALL_TOOL = 'call_function'

/**
 * What rules, cards and the log call a function of a worker: its id, which has a `::` in it. One whose id has none gets it in front, so that no
 * worker can offer a function that is taken for a tool of ours.
 */
export function ruleNameOf(id: string): string {
  return id.includes('::') ? id : `::${id}`
}

/** Longer names are not sure to be taken by every provider. */
const MOST_TOOL_NAME = 64

/**
 * The name of a function in the provider's alphabet: `::` is `__`, and an underscore beside another or beside a `::` is `U`, a letter that no
 * id has. So two functions never share a name, and the name can be read back. Undefined: too long; it is called by {@link CALL_TOOL} alone.
 */
export function toolNameOf(id: string): string | undefined {
  const name = ruleNameOf(id)
    .replaceAll(/_(?=_|::)|(?<=_|::)_/g, 'U')
    .replaceAll('::', '__')
  return name.length <= MOST_TOOL_NAME ? name : undefined
}

/** The {@link ruleNameOf} of the function that has this tool name; undefined for what is no such name. */
export function ruleNameIn(toolName: string): string | undefined {
  return toolName.includes('__') ? toolName.replaceAll('__', '::').replaceAll('U', '_') : undefined
}

/** What a call is of, as it is judged. `isQueued`: it is to be kept in a queue, and its input names the queue and holds what the function is given. */
interface FunctionCalled {
  readonly function: string
  readonly input: string
  readonly isQueued?: true
}

/** What a call is really of: a function of a worker and the text of its input, however the model wrote it; undefined for other calls. */
export function functionCallOf({ name, input }: Pick<CallContent, 'name' | 'input'>): FunctionCalled | undefined {
  if (name !== CALL_TOOL) {
    const called = ruleNameIn(name)
    return called === undefined ? undefined : { function: called, input }
  }
  const said = parseJson(input)
  if (!isJsonObject(said)) return undefined
  const { function: wanted, input: inner = {}, queue } = said
  if (typeof wanted !== 'string') return undefined
  // By either name: a model may have seen the other.
  const found = ruleNameIn(wanted) ?? ruleNameOf(wanted)
  // Whoever is asked sees the queue in front of what is put into it.
  if (queue !== undefined) return { function: found, input: JSON.stringify({ queue, input: inner }), isQueued: true }
  return { function: found, input: JSON.stringify(inner) }
}
