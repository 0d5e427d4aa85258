import { assertNever, fail, isJsonObject, type Hash, type Json, type JsonObject, type WorkerFunction } from '@tabwright/protocol'
import type { FunctionCall } from '../../core/functions/functions'
import { parseWakeTrigger } from './wake-record'
import type { Wakes } from './wakes'

const IDS = ['here::wake_me', 'here::list_wakes', 'here::stop_waking'] as const
type HereId = (typeof IDS)[number]

const TEXT = { type: 'string' } as const

const WHEN: JsonObject = {
  type: 'object',
  properties: {
    type: { enum: ['state', 'queue', 'cron'] },
    scope: { ...TEXT, description: 'state: the scope of values that is watched' },
    key: { ...TEXT, description: 'state: one key of it; all when it is left out' },
    condition: { ...TEXT, description: 'state: over the fields of the new value, such as status == "pending"' },
    topic: { ...TEXT, description: 'queue: what is published to it' },
    expression: { ...TEXT, description: 'cron: six fields, seconds first, such as 0 0 9 * * 1' },
    timezone: { ...TEXT, description: 'cron: such as Europe/Berlin; UTC when it is left out' },
  },
  required: ['type'],
}

const ABOUT: Readonly<Record<HereId, Pick<WorkerFunction, 'description' | 'effect' | 'input'>>> = {
  'here::wake_me': {
    description:
      'Wakes this session when state that programs share changes, when something is published to a topic, or at times. Each time it sends `text` to this session together with what happened, until it is stopped, for seven days at most; also when no tab was open meanwhile. What is done then waits for the person as ever.',
    effect: 'keyed',
    input: object({ when: WHEN, text: { ...TEXT, description: 'What is to be done then' } }, ['when', 'text']),
  },
  'here::list_wakes': { description: 'What wakes this session, with its ids.', effect: 'pure', input: object({}) },
  'here::stop_waking': {
    description: 'Ends one of what here::list_wakes tells.',
    effect: 'keyed',
    input: object({ id: TEXT }, ['id']),
  },
}

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false }
}

/** What this tab itself offers to its own agents, and to nobody else: found, judged, asked about and called as functions of workers are. */
export interface HereFunctions {
  readonly list: readonly WorkerFunction[]
  /** Undefined: it is none of them. @throws FailureError */
  call(id: string, input: Json, call: Pick<FunctionCall, 'session' | 'key'>): Promise<Json> | undefined
}

/** An agent has itself woken, and no other session. */
export function hereFunctions(wakes: Pick<Wakes, 'add' | 'list' | 'remove'>, hash: Hash): HereFunctions {
  const row = (id: HereId): WorkerFunction => ({ id, worker: 'this tab', identity: '', version: '', isHot: false, uses: 0, ...ABOUT[id] })
  const run = async (id: HereId, given: Json, { session, key }: Pick<FunctionCall, 'session' | 'key'>): Promise<Json> => {
    const input = isJsonObject(given) ? given : fail('bad_input', 'The input is an object.')
    switch (id) {
      case 'here::wake_me': {
        const trigger =
          parseWakeTrigger(input['when']) ?? fail('bad_input', `"when" is none of those that ${id} describes. Nothing was bound.`)
        // Called again after a crash it is the same.
        return { id: await wakes.add({ session, trigger, text: textAt(input, 'text') }, 'agent', hash(key).slice(0, 26)) }
      }
      case 'here::list_wakes':
        return (await wakes.list()).flatMap((one) =>
          one.session === session ? [{ id: one.id, when: { ...one.trigger }, text: one.text }] : [],
        )
      case 'here::stop_waking':
        await wakes.remove(textAt(input, 'id'), session)
        return {}
      default:
        return assertNever(id)
    }
  }
  return {
    list: IDS.map(row),
    call: (id, input, call) => {
      const found = IDS.find((one) => one === id)
      return found === undefined ? undefined : run(found, input, call)
    },
  }
}

function textAt(input: JsonObject, name: string): string {
  const value = input[name]
  return typeof value === 'string' && value !== '' ? value : fail('bad_input', `"${name}" has to be a text.`)
}
