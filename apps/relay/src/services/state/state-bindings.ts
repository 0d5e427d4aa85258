import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError, type Binding, type BuiltInTrigger } from '../../engine/built-in'
import { isGranted, subjectOf } from '../../engine/identity'
import type { NewItem, Origin } from '../../stores/queue-store'
import type { StateChanged } from '../../stores/state-store'
import { checkMayBind, checkMayCall, type ServiceParts } from '../parts'
import { readCondition, type Condition, type StateEvent } from './condition'

/** Where items of state triggers wait for their functions. */
export const STATE_QUEUE = 'engine::state'

interface Watch {
  readonly binding: Binding
  readonly scope: string | undefined
  readonly key: string | undefined
  readonly condition: Condition
  readonly conditionFunction: string | undefined
}

/** Functions that are bound to changes of state. */
export class StateBindings {
  readonly #parts: ServiceParts
  readonly #byScope = new Map<string | undefined, Map<string, Watch>>()

  constructor(parts: ServiceParts) {
    this.#parts = parts
  }

  get trigger(): BuiltInTrigger {
    const text = { type: 'string' }
    return {
      type: 'state',
      description: 'Calls the function with each change of the state that it names, at least once, in order for each key.',
      configSchema: { type: 'object', properties: { scope: text, key: text, condition: text, condition_function_id: text } },
      callSchema: {
        type: 'object',
        properties: { type: { const: 'state' }, event_type: text, scope: text, key: text, old_value: {}, new_value: {} },
      },
      bind: async (binding) => this.#bind(binding),
      unbind: (id) => Promise.resolve(this.#unbind(id)),
    }
  }

  /** Items that a change causes, to be kept with it. */
  itemsFor({ before, after }: StateChanged, origin: Omit<Origin, 'as'>): readonly NewItem[] {
    const entry = after ?? before
    if (entry === undefined) return []
    const watches = [entry.scope, undefined].flatMap((scope) => [...(this.#byScope.get(scope)?.values() ?? [])])
    if (watches.length === 0) return []
    const { scope, key } = entry
    const event: StateEvent = {
      type: 'state',
      event_type: before === undefined ? 'state:created' : after === undefined ? 'state:deleted' : 'state:updated',
      scope,
      key,
      old_value: before?.value ?? null,
      new_value: after?.value ?? null,
    }
    return watches
      .filter((watch) => (watch.key ?? key) === key && this.#mayRead(watch.binding) && watch.condition(event))
      .map(({ binding, conditionFunction }) => ({
        id: randomUUID(),
        queue: STATE_QUEUE,
        functionId: binding.functionId,
        payload: event,
        origin: { ...origin, as: subjectOf(binding.binder) },
        group: JSON.stringify([scope, key]),
        note: { binding: binding.id, ...(conditionFunction !== undefined && { condition: conditionFunction }) },
      }))
  }

  #bind(binding: Binding): void {
    const watch = this.#watchOf(binding)
    const all = this.#byScope.get(watch.scope) ?? new Map<string, Watch>()
    this.#byScope.set(watch.scope, all.set(binding.id, watch))
  }

  #unbind(id: string): void {
    for (const [scope, all] of this.#byScope) if (all.delete(id) && all.size === 0) this.#byScope.delete(scope)
  }

  /** Now: a grant that was taken back since it was bound counts. */
  #mayRead({ binder }: Binding): boolean {
    const identity = this.#parts.engine.identity(subjectOf(binder))
    return identity !== undefined && isGranted(identity, 'call', 'state::get')
  }

  #watchOf(binding: Binding): Watch {
    const config = isJsonObject(binding.config) ? binding.config : {}
    const text = (name: string): string | undefined => textOf(name, config[name] ?? undefined, this.#parts.limits.name)
    const conditionFunction = text('condition_function_id')
    if (conditionFunction !== undefined) checkMayBind(binding.binder, conditionFunction)
    // Whoever is told of values may read them.
    checkMayCall(binding.binder, 'state::get')
    const condition = text('condition')
    return {
      binding,
      scope: text('scope'),
      key: text('key'),
      conditionFunction,
      condition: condition === undefined ? () => true : readCondition(condition),
    }
  }
}

function textOf(name: string, value: Json | undefined, most: number): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '' && (name === 'condition' || value.length <= most)) return value
  throw new EngineError('trigger_registration_failed', `The state trigger was not bound: "${name}" is a text of 1 to ${most} characters.`)
}
