import type { Json } from '@tabwright/protocol'
import type { ErrorBody } from '@tabwright/protocol/relay'
import { EngineError, type Binding, type BindingEnd, type BuiltInTrigger } from './built-in'
import { limitFor, type EngineLimits } from './engine-limits'
import { isGranted, isOwnName, mayFireFor, type Identity } from './identity'
import { sizeRefusal } from './said-size'
import type { Worker } from './worker'

/** A kind of trigger that a worker provides. */
export interface ProvidedType {
  readonly type: string
  readonly description: string | undefined
  readonly configSchema: Json | undefined
  readonly callSchema: Json | undefined
  readonly worker: Worker
}

interface Bound {
  readonly binding: Binding
  readonly binder: Worker | undefined
  /** The provider that has it now; undefined: it waits for one. */
  holder: Worker | undefined
  /** Binding and unbinding of a built-in type, one after the other. */
  work: Promise<unknown>
}

/** Trigger types, who provides them, and what is bound to them. */
export interface Triggers {
  /** The worker in whose way it stands, or undefined when it was taken. */
  provide(type: ProvidedType): Worker | undefined
  withdraw(type: string, worker: Worker): void
  /** Resolves once a type that is built in has taken it; others answer later. @throws EngineError */
  bind(binding: Binding, binder: Worker | undefined): Promise<void>
  /** @param by the worker that asks; undefined: whoever bound it. False: there is none of theirs */
  unbind(id: string, by: Worker | undefined): boolean
  /** What a provider answered. Counts only from the one that has the binding. */
  answered(id: string, by: Worker, error: ErrorBody | undefined): void
  removeAll(worker: Worker): void
  /** Whether a binding that this worker holds names the function, and its binder may call it, or owns it as `owner` says. */
  mayFire(worker: Worker, functionId: string, owner: string | undefined): boolean
  count(worker: Worker): number
  types(): readonly ProvidedType[]
  bindings(): readonly Binding[]
}

export interface TriggerOptions {
  readonly limits: EngineLimits
  readonly builtIns: ReadonlyMap<string, BuiltInTrigger>
  /** A fault of ours, for the log. */
  readonly failed: (what: string, thrown: unknown) => void
}

export function createTriggers(options: TriggerOptions): Triggers {
  return new Bindings(options)
}

class Bindings implements Triggers {
  readonly #options: TriggerOptions
  readonly #providers = new Map<string, ProvidedType[]>()
  readonly #bound = new Map<string, Bound>()
  readonly #ofIdentity = new Map<string, number>()

  constructor(options: TriggerOptions) {
    this.#options = options
  }

  provide(type: ProvidedType): Worker | undefined {
    const all = this.#providers.get(type.type) ?? []
    const other = all.find((one) => one.worker.identity.id !== type.worker.identity.id)
    if (other !== undefined) return other.worker
    const at = all.findIndex((one) => one.worker === type.worker)
    if (at >= 0) all[at] = type
    else all.push(type)
    this.#providers.set(type.type, all)
    for (const one of this.#bound.values()) if (one.holder === undefined && one.binding.triggerType === type.type) this.#deliver(one)
    return undefined
  }

  withdraw(type: string, worker: Worker): void {
    const all = this.#providers.get(type)
    const at = all?.findIndex((one) => one.worker === worker) ?? -1
    if (all === undefined || at < 0) return
    all.splice(at, 1)
    if (all.length === 0) this.#providers.delete(type)
    for (const one of this.#bound.values()) {
      if (one.holder !== worker || one.binding.triggerType !== type) continue
      one.holder = undefined
      this.#deliver(one)
    }
  }

  async bind(binding: Binding, binder: Worker | undefined): Promise<void> {
    const { id, triggerType } = binding
    const before = this.#bound.get(id)
    if (before !== undefined && (before.binder !== binder || before.binding.binder.id !== binding.binder.id))
      throw new EngineError('trigger_registration_failed', `Another binding has the id ${id}.`)
    checkRights(binding)
    const why = sizeRefusal(`The binding ${id}`, [binding.config, binding.metadata], this.#options.limits.registration)
    if (why !== undefined) throw new EngineError('too_large', why)
    if (before !== undefined) this.#drop(before, 'unbound')
    this.#count(binding.binder)
    const one: Bound = { binding, binder, holder: undefined, work: before?.work ?? Promise.resolve() }
    this.#bound.set(id, one)
    const builtIn = this.#options.builtIns.get(triggerType)
    if (builtIn === undefined) return this.#deliver(one)
    // Unbound before its turn came: then there is nothing to bind.
    const bound = one.work.then(() => (this.#bound.get(id) === one ? builtIn.bind(binding) : undefined))
    one.work = bound.catch(() => this.#bound.get(id) === one && this.#forget(one))
    await bound
  }

  unbind(id: string, by: Worker | undefined): boolean {
    const one = this.#bound.get(id)
    if (one === undefined || (by !== undefined && one.binder !== by)) return false
    this.#drop(one, 'unbound')
    return true
  }

  answered(id: string, by: Worker, error: ErrorBody | undefined): void {
    const one = this.#bound.get(id)
    if (one === undefined || one.holder !== by || error === undefined) return
    this.#forget(one)
    const { triggerType, functionId } = one.binding
    one.binder?.connection.send({ type: 'triggerregistrationresult', id, trigger_type: triggerType, function_id: functionId, error })
  }

  removeAll(worker: Worker): void {
    // Its bindings first: a provider that goes with them is told nothing.
    for (const one of this.#bound.values()) if (one.binder === worker) this.#drop(one, 'left')
    for (const [type, all] of this.#providers) if (all.some((one) => one.worker === worker)) this.withdraw(type, worker)
  }

  mayFire(worker: Worker, functionId: string, owner: string | undefined): boolean {
    for (const { holder, binding } of this.#bound.values())
      if (holder === worker && binding.functionId === functionId && mayFireFor(binding.binder, functionId, owner)) return true
    return false
  }

  count(worker: Worker): number {
    return [...this.#providers.values()].filter((all) => all.some((one) => one.worker === worker)).length
  }

  types(): readonly ProvidedType[] {
    return [...this.#providers.values()].flatMap((all) => all[0] ?? [])
  }

  bindings(): readonly Binding[] {
    return [...this.#bound.values()].map((one) => one.binding)
  }

  /** @throws EngineError when the identity has as many as it may */
  #count(identity: Identity): void {
    const { id } = identity
    const count = this.#ofIdentity.get(id) ?? 0
    if (count >= limitFor(this.#options.limits, 'bindingsOfIdentity', identity))
      throw new EngineError('too_many', `"${id}" has ${count} bindings already, and no more are taken.`)
    this.#ofIdentity.set(id, count + 1)
  }

  #deliver(one: Bound): void {
    const { id, triggerType, functionId, config, metadata } = one.binding
    const provider = this.#providers.get(triggerType)?.[0]
    if (provider === undefined) return
    one.holder = provider.worker
    const more = metadata === undefined ? {} : { metadata }
    const ids = { id, trigger_type: triggerType, function_id: functionId }
    provider.worker.connection.send({ type: 'registertrigger', ...ids, config, ...more })
  }

  #forget({ binding }: Bound): void {
    this.#bound.delete(binding.id)
    const left = (this.#ofIdentity.get(binding.binder.id) ?? 1) - 1
    if (left > 0) this.#ofIdentity.set(binding.binder.id, left)
    else this.#ofIdentity.delete(binding.binder.id)
  }

  /** Forgets it and tells its provider. */
  #drop(one: Bound, how: BindingEnd): void {
    this.#forget(one)
    const { id, triggerType, functionId, config } = one.binding
    const ids = { id, trigger_type: triggerType, function_id: functionId }
    one.holder?.connection.send({ type: 'unregistertrigger', ...ids, config })
    const builtIn = this.#options.builtIns.get(triggerType)
    if (builtIn === undefined) return
    one.work = one.work
      .then(() => builtIn.unbind(id, how))
      .catch((thrown: unknown) => this.#options.failed(`unbind ${triggerType}`, thrown))
  }
}

/** Of the binder, to the kind of trigger and to the function: a binding must not call what its binder may not, but for its own. */
function checkRights({ binder, triggerType, functionId }: Binding): void {
  if (!isGranted(binder, 'bind', triggerType)) throw new EngineError('FORBIDDEN', `"${binder.id}" may not bind to ${triggerType}.`)
  if (!isGranted(binder, 'call', functionId) && !isOwnName(binder, functionId))
    throw new EngineError('FORBIDDEN', `"${binder.id}" may not call ${functionId}.`)
}
