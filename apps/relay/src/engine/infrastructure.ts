import { randomUUID } from 'node:crypto'
import { withHiddenShown, type Json } from '@tabwright/protocol'
import { EngineError, type BuiltIn, type TriggerStore } from './built-in'
import type { Calls } from './calls'
import type { Channels } from './channels'
import { fieldsOf, type Fields } from './fields'
import { readTraceparent, spanIdOf, traceIdOf } from './trace'
import { isStranger, subjectOf } from './identity'
import type { Triggers } from './triggers'
import type { About, Worker } from './worker'

export interface InfrastructureOptions {
  readonly calls: Calls
  readonly channels: Channels
  readonly triggers: Triggers
  readonly worker: (id: string) => Worker | undefined
  /** What workers say about themselves has changed. */
  readonly introduced: (worker: Worker) => void
  readonly bindings: TriggerStore | undefined
  /** A line that a worker wants in the log of the relay. */
  readonly log: (level: LogLevel, line: WorkerLine) => void
}

/** A line, who wants it written, and where in a trace. */
export interface WorkerLine {
  readonly worker: string
  readonly by: string
  readonly message: string
  readonly trace: string | undefined
  readonly span: string | undefined
}

export type LogLevel = 'info' | 'warn' | 'error' | 'debug' | 'trace'
const LEVELS: readonly LogLevel[] = ['info', 'warn', 'error', 'debug', 'trace']

/** What every worker needs: to say who it is, channels, to call off a call, durable bindings. */
export function infrastructure(options: InfrastructureOptions): readonly BuiltIn[] {
  return [introduce(options), createChannel(options), cancel(options), ...durableBindings(options), ...logs(options)]
}

function introduce({ worker, introduced }: InfrastructureOptions): BuiltIn {
  const id = 'engine::workers::register'
  return {
    id,
    description: 'A worker says who it is.',
    infrastructure: true,
    run: async (data, call) => {
      const found = call.worker === undefined ? undefined : worker(call.worker)
      if (found === undefined) throw new EngineError('NOT_FOUND', 'Only a connected worker can introduce itself.')
      found.about = aboutOf(fieldsOf(id, data), found.about.name)
      introduced(found)
      return { success: true }
    },
  }
}

function aboutOf(fields: Fields, name: string): About {
  const telemetry = fields.json('telemetry')
  const framework = typeof telemetry === 'object' && telemetry !== null && 'framework' in telemetry ? telemetry['framework'] : undefined
  const plain = (field: string) => {
    const value = fields.maybeText(field)
    return value === undefined ? {} : { [field]: shown(value) }
  }
  return {
    ...plain('runtime'),
    ...plain('version'),
    ...plain('os'),
    ...plain('description'),
    ...plain('isolation'),
    ...(typeof framework === 'string' && { framework: shown(framework) }),
    name: shown(fields.maybeText('name') ?? '') || name,
  }
}

/** As other people will read it: short, on one line, without characters that are not seen or turn the line around. */
function shown(text: string): string {
  return withHiddenShown(text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '').trim()).slice(0, 280)
}

function createChannel({ channels }: InfrastructureOptions): BuiltIn {
  const id = 'engine::channels::create'
  return {
    id,
    description: 'Makes a channel: one end writes, the other reads, and a full one lets the writer wait.',
    request: { type: 'object', properties: { buffer_size: { type: 'integer', minimum: 1, maximum: 1024 } } },
    infrastructure: true,
    run: async (data, { as }) => {
      const size = Math.floor(fieldsOf(id, data).maybeNumber('buffer_size') ?? 64)
      const channel = channels.create(Math.min(Math.max(size, 1), 1024), as)
      return { writer: { ...channel.ref('write') }, reader: { ...channel.ref('read') } }
    },
  }
}

function cancel({ calls }: InfrastructureOptions): BuiltIn {
  const id = 'engine::invocations::cancel'
  return {
    id,
    description: 'Calls off a call of the same worker. Its owner is told.',
    request: { type: 'object', properties: { invocation_id: { type: 'string' } }, required: ['invocation_id'] },
    infrastructure: true,
    run: async (data, context) => {
      const call = calls.get(fieldsOf(id, data).text('invocation_id'))
      // A call of somebody else looks like one that is over.
      const isOwn = call?.caller !== undefined && call.caller.id === context.worker
      if (call !== undefined && isOwn) calls.cancel(call, 'cancelled')
      return { cancelled: isOwn }
    },
  }
}

function durableBindings({ triggers, bindings }: InfrastructureOptions): readonly BuiltIn[] {
  if (bindings === undefined) return []
  const register = 'engine::register_trigger'
  const unregister = 'engine::unregister_trigger'
  return [
    {
      id: register,
      description: 'Binds a function to a trigger until it is unbound, whoever is connected meanwhile.',
      infrastructure: true,
      run: async (data, { as }) => {
        // Each time that it comes it is another, so nobody could ever undo what it left, and it could leave any number.
        if (isStranger(as.id) && as.epoch !== undefined)
          throw new EngineError('FORBIDDEN', 'A binding that outlives its worker needs somebody who comes back: a token, or a prefix.')
        const fields = fieldsOf(register, data)
        const id = randomUUID()
        const binding = { id, triggerType: fields.text('trigger_type'), functionId: fields.text('function_id') }
        const more = { config: fields.json('config') ?? {}, metadata: fields.json('metadata') }
        await triggers.bind({ ...binding, ...more, binder: as, worker: undefined }, undefined)
        try {
          await bindings.put({ ...binding, ...more, binder: subjectOf(as) })
        } catch (thrown) {
          triggers.unbind(id, undefined)
          throw thrown
        }
        return { id }
      },
    },
    {
      id: unregister,
      description: 'Undoes engine::register_trigger.',
      infrastructure: true,
      run: async (data, { as }): Promise<Json> => {
        const id = fieldsOf(unregister, data).text('id')
        const found = triggers.bindings().find((one) => one.id === id && one.worker === undefined)
        if (found === undefined || found.binder.id !== as.id) return { removed: false }
        // First what is stored: a crash in between leaves a binding that fires until the next start, never one that comes back.
        const removed = await bindings.remove(id)
        triggers.unbind(id, undefined)
        return { removed }
      },
    },
  ]
}

function logs({ log, worker }: InfrastructureOptions): readonly BuiltIn[] {
  return LEVELS.map((level) => {
    const id = `engine::log::${level}`
    return {
      id,
      description: `A line in the relay's log, level ${level}.`,
      internal: true,
      infrastructure: true,
      run: async (data, { worker: from, as, trace: { traceparent } }) => {
        const fields = fieldsOf(id, data)
        const at = traceparent === undefined ? undefined : readTraceparent(traceparent)
        log(level, {
          worker: (from === undefined ? undefined : worker(from)?.about.name) ?? as.id,
          by: as.id,
          message: shown(fields.maybeText('message') ?? ''),
          trace: traceIdOf(fields.maybeText('trace_id')) ?? at?.trace,
          span: spanIdOf(fields.maybeText('span_id')) ?? at?.span,
        })
        return undefined
      },
    }
  })
}
