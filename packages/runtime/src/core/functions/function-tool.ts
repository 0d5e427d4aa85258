import { fail, isHere, isJsonObject, ruleNameOf, type Json, type WorkerFunction } from '@tabwright/protocol'
import { misfit, unknownInSchema } from '../quality/json-schema'
import type { Tool } from '../tool'
import type { Functions } from './functions'

/** A function of a worker as a tool. Whatever it says of itself, it acts elsewhere: it runs alone, and no mode lets it pass. */
export function functionTool(functions: Functions, found: WorkerFunction): Tool {
  const { id, worker, description, input, version, identity, effect, opensOut, directory } = found
  const name = ruleNameOf(id)
  return {
    spec: { name, description, input, effect, readOnly: false },
    ...((!isHere(id) || opensOut) && { owner: { worker, version, identity, ...(directory && { also: 'shell' }) } }),
    prepare: (given) => {
      // What of a schema is not understood here is for its owner to judge.
      const wrong = unknownInSchema(input) === undefined ? misfit(input, given, `the input of ${name}`) : undefined
      return wrong === undefined ? given : fail('bad_input', `It does not fit: ${wrong}`)
    },
    run: async (given, { origin, key, signal }) => {
      const answer = await functions.call(id, given, { ...origin, key, signal })
      return { text: typeof answer === 'string' ? answer : answer === null ? '' : JSON.stringify(answer, null, 1) }
    },
  }
}

const MOST_NAME = 128

/** A call of it that is kept in a queue: what it is given is the queue and the function's own input. Repeated it is the same item. */
export function queuedTool(functions: Functions, found: WorkerFunction): Tool {
  const direct = functionTool(functions, found)
  const { spec } = direct
  return {
    ...direct,
    spec: { ...spec, description: `Keeps a call in a queue, for: ${spec.description}`, effect: 'keyed' },
    prepare: (given, ...rest) => {
      const { queue, input } = queuedIn(given)
      if (isHere(found.id)) return fail('bad_input', `${found.id} is this tab's own and is called without a queue.`)
      return { queue, input: direct.prepare ? direct.prepare(input, ...rest) : input }
    },
    run: async (given, { origin, key, signal }) => {
      const { queue, input } = queuedIn(given)
      const receipt = await functions.call(found.id, input, { ...origin, key, signal, queue })
      return {
        text: `The relay keeps it in the queue ${queue}, receipt ${JSON.stringify(receipt)}. What ${spec.name} answers does not come here.`,
      }
    },
  }
}

function queuedIn(given: Json): { readonly queue: string; readonly input: Json } {
  const { queue, input = {} } = isJsonObject(given) ? given : {}
  const isName = typeof queue === 'string' && queue.trim() !== '' && queue.length <= MOST_NAME && !queue.startsWith('engine::')
  return isName
    ? { queue, input }
    : fail('bad_input', `"queue" is a name of at most ${MOST_NAME} characters that does not begin with engine::. Nothing was kept.`)
}
