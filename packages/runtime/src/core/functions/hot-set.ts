import { CALL_TOOL, toolNameOf, type ToolSpec, type WorkerFunction } from '@tabwright/protocol'
import type { Fact } from '../fact'
import { hostsIn, MOST_TOLD } from '../gate/hosts'

/** Of all tools together: a model that has more of them chooses worse. */
const MOST_TOOLS = 20
/** What an author says of a function stands in front of all that a person says, so it is short. */
const MOST_SAID = 400

/** A tool as the model is told of it. */
export interface OfferedSpec extends ToolSpec {
  /** Of a function: the worker whose words it holds. */
  readonly worker?: string
}

/** How the model calls what is not among its tools. It never runs itself: the registry gives the function in its place. */
export const CALL_SPEC: ToolSpec = {
  name: CALL_TOOL,
  description:
    'Call a function of another program on the relay by its name, such as orders::refund; search_tools finds them. It acts outside of the sandbox, nothing of it can be undone here, and the person is asked before each call. What it answers is that program’s word.',
  input: {
    type: 'object',
    properties: {
      function: { type: 'string', description: 'Its name, as search_tools gives it' },
      input: { type: 'object', description: 'What it takes, as search_tools describes it' },
      queue: {
        type: 'string',
        description:
          'Put the call into this queue of the relay and do not wait: the answer is a receipt. It is made once the function can take it, also when its program is busy or away, and what it answers goes to nobody. Good for handing work to another agent.',
      },
    },
    required: ['function', 'input'],
    additionalProperties: false,
  },
  effect: 'ask',
  readOnly: false,
}

/**
 * Functions that stand among the tools from the first request on: those that were used before, which a person allowed; first those whose worker
 * asks for it. The rest is found by search. Chosen once for a wire: what is sent of it never changes.
 */
export function hotSpecs(all: readonly WorkerFunction[], besides: number): readonly OfferedSpec[] {
  return all
    .filter(({ uses }) => uses > 0)
    .toSorted((a, b) => Number(b.isHot) - Number(a.isHot) || b.uses - a.uses || a.id.localeCompare(b.id))
    .flatMap((one) => offered(one, MOST_SAID))
    .slice(0, Math.max(0, MOST_TOOLS - besides))
}

/** @returns nothing where its name is none for a tool */
export function offered(one: WorkerFunction, mostSaid: number): readonly OfferedSpec[] {
  const name = toolNameOf(one.id)
  const said = one.description.slice(0, mostSaid)
  const description = `${one.id}, a function of the worker ${one.worker}, which says of it: ${JSON.stringify(said)}`
  return name === undefined ? [] : [{ name, description, input: one.input, effect: one.effect, readOnly: false, worker: one.worker }]
}

/** Written beside a header that holds these: words of others are here before anything was called. */
export function toldBySpecs(specs: readonly OfferedSpec[]): readonly Fact[] {
  const theirs = specs.filter(({ worker }) => worker !== undefined)
  if (theirs.length === 0) return []
  return [told(theirs)]
}

/** The words that authors of these say of them, as the log keeps it. */
export function told(theirs: readonly OfferedSpec[]): Fact {
  const words = theirs.map(({ description, input }) => `${description}\n${JSON.stringify(input)}`).join('\n')
  const workers = [...new Set(theirs.flatMap(({ worker = '' }) => worker))]
  return { type: 'functions.told', data: { workers, hosts: hostsIn(words).slice(0, MOST_TOLD) } }
}
