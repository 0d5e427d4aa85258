import type { Json, JsonObject } from '@tabwright/protocol'
import type { ErrorBody, RegisterTrigger, TriggerRegistrationResult, UnregisterTrigger } from '@tabwright/protocol/relay'
import { errorBodyOf } from './call-error'

/** A function bound to a trigger type, somewhere. */
export interface Binding {
  readonly id: string
  readonly functionId: string
  readonly config: Json | undefined
  readonly metadata: Json | undefined
}

/** A kind of trigger that this worker provides. */
export interface TriggerType {
  readonly id: string
  readonly description?: string
  /** JSON Schemas of the config of a binding, and of the payload of a call. */
  readonly config?: JsonObject
  readonly payload?: JsonObject
  /** What it throws reaches the binder. The same binding may come again, after a connection was lost. */
  bind(binding: Binding): void | Promise<void>
  /** Must not throw: nobody could be told. */
  unbind(id: string): void
}

/** The trigger types that are provided here: bindings come from the relay and are answered. */
export class Providing {
  readonly #types = new Map<string, TriggerType>()
  readonly #send: (text: string) => void

  constructor(send: (text: string) => void) {
    this.#send = send
  }

  add(type: TriggerType): void {
    if (this.#types.has(type.id)) throw new TypeError(`${type.id} is registered already.`)
    this.#types.set(type.id, type)
  }

  remove(id: string): void {
    this.#types.delete(id)
  }

  async bound({ id, trigger_type, function_id, config, metadata }: RegisterTrigger): Promise<void> {
    const answer: TriggerRegistrationResult = { type: 'triggerregistrationresult', id, trigger_type, function_id }
    const error = await this.#bind(trigger_type, { id, functionId: function_id, config, metadata: metadata ?? undefined })
    this.#send(JSON.stringify(error === undefined ? answer : { ...answer, error }))
  }

  /** Also for a binding that is not there any more. */
  unbound({ id, trigger_type }: UnregisterTrigger): void {
    const types = trigger_type ? [this.#types.get(trigger_type)] : this.#types.values()
    for (const type of types) type?.unbind(id)
  }

  async #bind(trigger_type: string, binding: Binding): Promise<ErrorBody | undefined> {
    const type = this.#types.get(trigger_type)
    if (type === undefined) return { code: 'trigger_type_not_found', message: `This worker does not provide ${trigger_type}.` }
    try {
      await type.bind(binding)
    } catch (thrown) {
      return { code: 'trigger_registration_failed', message: errorBodyOf(thrown).message }
    }
    return undefined
  }
}
