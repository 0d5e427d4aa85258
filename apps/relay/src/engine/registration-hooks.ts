import { fail, failureOf, isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import type { Engine } from './built-in'
import { RELAY_IDENTITY } from './identity'
import type { Worker } from './worker'

/** Functions of workers that are asked before a stranger's registration counts, by what is registered. */
export interface HookNames {
  readonly function?: string | undefined
  readonly trigger?: string | undefined
  readonly triggerType?: string | undefined
}

/** A registration, or taking one back, of one worker. */
export interface Registering {
  /** What a hook is asked; undefined: none is asked of this. */
  readonly asked?: { readonly hook: keyof HookNames; readonly input: JsonObject }
  /** Does it. @param said what the hook wants otherwise */
  readonly apply: (said: JsonObject) => void
  readonly refuse: (message: string) => void
}

/** At once where nobody is asked and nothing of this worker waits; else in the order in which the worker sent it. */
export type TakeRegistering = (worker: Worker, registering: Registering) => void

export interface RegistrationOptions {
  readonly hooks: HookNames
  readonly engine: Engine
  /** Whether the worker is connected: what was asked for by one that is gone counts no more. */
  readonly isThere: (worker: Worker) => boolean
  readonly note: (hook: string, thrown: unknown) => void
}

const DEADLINE_MS = 5000
/** Of one worker. */
const MOST_WAITING = 500

/** Only strangers have a context, and only they are asked about. A hook that cannot be reached, throws, or answers with no object has said no. */
export function createRegistering({ hooks, engine, isThere, note }: RegistrationOptions): TakeRegistering {
  const waiting = new Map<Worker, { last: Promise<void>; count: number }>()

  async function ask(worker: Worker, { asked, apply, refuse }: Registering): Promise<void> {
    const hook = asked === undefined ? undefined : hooks[asked.hook]
    if (!isThere(worker)) return
    if (asked === undefined || hook === undefined) return apply({})
    let said: Json | undefined
    try {
      const input = { ...asked.input, context: worker.identity.context ?? {} }
      said = await engine.invoke(hook, input, { as: RELAY_IDENTITY, trace: {}, depth: 0, deadlineMs: DEADLINE_MS })
      if (!isJsonObject(said)) fail('bad_response', `${hook} answered with what is no object.`)
    } catch (thrown) {
      note(hook, thrown)
      if (isThere(worker)) refuse('The operator of this relay does not allow it.')
      return
    }
    if (isThere(worker)) apply(isJsonObject(said) ? said : {})
  }

  return (worker, registering) => {
    const { asked, apply, refuse } = registering
    const isAsked = asked !== undefined && hooks[asked.hook] !== undefined && worker.identity.context !== undefined
    const before = waiting.get(worker)
    if (!isAsked && before === undefined) return apply({})
    const line = before ?? { last: Promise.resolve(), count: 0 }
    if (line.count >= MOST_WAITING) return refuse(`${MOST_WAITING} registrations of this worker wait already; nothing was registered.`)
    line.count += 1
    waiting.set(worker, line)
    line.last = line.last
      .then(() => ask(worker, registering))
      .catch((thrown: unknown) => note(asked?.hook ?? 'registration', failureOf(thrown)))
      .finally(() => {
        line.count -= 1
        if (line.count === 0) waiting.delete(worker)
      })
  }
}
