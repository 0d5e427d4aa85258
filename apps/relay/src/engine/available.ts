import type { Json } from '@tabwright/protocol'
import { EngineError, type Binding, type BuiltInTrigger, type Engine } from './built-in'
import { functionPage, type Catalogue } from './discovery'
import { fieldsOf } from './fields'

/** What happened to a worker. */
export type WorkerEvent = 'worker_connected' | 'worker_disconnected' | 'worker_metadata_updated'

/** The two triggers that tell of functions and workers that came or went. */
export interface Available {
  readonly triggerTypes: readonly BuiltInTrigger[]
  functionsChanged(): void
  workerChanged(event: WorkerEvent, worker: string): void
  close(): void
}

/** Many registrations of one worker are one change. */
const TOGETHER_MS = 20

export function createAvailable(options: {
  readonly catalogue: Catalogue
  readonly engine: Engine
  /** A handler that did not take it, for the log. */
  readonly failed: (what: string, thrown: unknown) => void
}): Available {
  const functions = new Map<string, Binding>()
  const workers = new Map<string, Binding>()
  let timer: NodeJS.Timeout | undefined

  function tell(binding: Binding, data: Json): void {
    const { binder, functionId, triggerType } = binding
    options.engine
      .invoke(functionId, data, { as: binder, trace: {}, depth: 1 })
      .catch((thrown: unknown) => options.failed(`${triggerType} to ${functionId}`, thrown))
  }

  function fire(): void {
    timer = undefined
    for (const binding of functions.values()) {
      const page = functionPage(options.catalogue, binding.binder, fieldsOf(binding.triggerType, {}))
      tell(binding, { event: 'functions_changed', ...page })
    }
  }

  const kind = (type: string, description: string, bound: Map<string, Binding>): BuiltInTrigger => ({
    type,
    description,
    configSchema: { type: 'object' },
    bind: async (binding) => {
      // Its handler would be told of its own coming, for ever.
      if (binding.functionId.startsWith('engine::'))
        throw new EngineError('trigger_registration_failed', `${type} calls functions of workers.`)
      bound.set(binding.id, binding)
    },
    unbind: async (id) => {
      bound.delete(id)
    },
  })

  return {
    triggerTypes: [
      kind('engine::functions-available', 'Fires when functions came or went.', functions),
      kind('engine::workers-available', 'Fires when a worker came, went, or said who it is.', workers),
    ],
    functionsChanged: () => {
      if (functions.size > 0) timer ??= setTimeout(fire, TOGETHER_MS)
    },
    workerChanged: (event, worker) => {
      for (const binding of workers.values()) tell(binding, { event, worker_id: worker })
    },
    close: () => clearTimeout(timer),
  }
}
