import { Environment } from '@marcbachmann/cel-js'
import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { EngineError } from '../../engine/built-in'

/** Whether a change is one that a trigger waits for. */
export type Condition = (event: StateEvent) => boolean

/** What a state trigger hands to its function. */
export interface StateEvent extends JsonObject {
  readonly type: 'state'
  readonly event_type: 'state:created' | 'state:updated' | 'state:deleted'
  readonly scope: string
  readonly key: string
  readonly old_value: Json
  readonly new_value: Json
}

const LONGEST = 1000
/** What takes time in proportion to the value at most: no loops over lists, no patterns of somebody else's. */
const CALLS: ReadonlySet<string> = new Set(['has', 'size', 'startsWith', 'endsWith', 'contains', 'int', 'double', 'string', 'bool'])

const CEL = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 200, maxDepth: 32, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 4 },
})

/**
 * Reads an expression of the Common Expression Language, such as `status == "pending"`. Its names are the fields of the new value, and where
 * the value has no such field `new_value`, `old_value`, `event_type`, `scope` and `key`. What cannot be worked out for a value, as a field
 * that it lacks, does not hold.
 * @throws EngineError `trigger_registration_failed`, with what is wrong with the expression
 */
export function readCondition(text: string): Condition {
  if (text.length > LONGEST) throw refusal(`it has ${text.length} characters and may have ${LONGEST}`)
  const program = parse(text)
  checkCalls(program.ast)
  return (event) => {
    try {
      const held: unknown = program(namesFor(event))
      return held === true
    } catch (thrown) {
      if (thrown instanceof Error) return false
      throw thrown
    }
  }
}

function parse(text: string): ReturnType<Environment['parse']> {
  try {
    return CEL.parse(text)
  } catch (thrown) {
    throw refusal(thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : 'it cannot be read')
  }
}

/** Without a prototype: what every object of the language has is not a field of the value. */
function namesFor(event: StateEvent): object {
  const { old_value, new_value, event_type, scope, key } = event
  const own = isJsonObject(new_value) ? new_value : {}
  return Object.assign(Object.create(null), { old_value, new_value, event_type, scope, key }, own)
}

function checkCalls(node: unknown): void {
  if (Array.isArray(node)) {
    for (const one of node) checkCalls(one)
    return
  }
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return
  const { op, args } = node
  if (op === 'call' || op === 'rcall') {
    const name: unknown = Array.isArray(args) ? args[0] : undefined
    if (typeof name !== 'string' || !CALLS.has(name)) throw refusal(`${String(name)}() is not among ${[...CALLS].join(', ')}`)
  }
  checkCalls(args)
}

function refusal(why: string): EngineError {
  return new EngineError('trigger_registration_failed', `The condition was not taken: ${why}.`)
}
