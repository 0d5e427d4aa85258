import { fail, isHere, ruleNameOf, type WorkerFunction } from '@tabwright/protocol'
import { misfit, unknownInSchema } from '../quality/json-schema'
import type { Tool } from '../tool'
import type { Functions } from './functions'

/** A function of a worker as a tool. Whatever it says of itself, it acts elsewhere: it runs alone, and no mode lets it pass. */
export function functionTool(functions: Functions, { id, worker, description, input, version, identity, effect }: WorkerFunction): Tool {
  const name = ruleNameOf(id)
  return {
    spec: { name, description, input, effect, readOnly: false },
    ...(!isHere(id) && { owner: { worker, version, identity } }),
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
