import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '@tabwright/protocol'
import { EngineError, type Binding, type BuiltIn, type BuiltInTrigger, type CallContext } from './built-in'
import { fieldsOf, type Fields } from './fields'
import { isGranted, mayCall, RELAY_IDENTITY, type Identity } from './identity'
import { fitting, innerRows, PAGE_BYTES, pageOf } from './pages'
import type { Registry } from './registry'
import type { Triggers } from './triggers'
import type { Worker } from './worker'

export interface Catalogue {
  readonly registry: Registry
  readonly triggers: Triggers
  readonly builtIns: ReadonlyMap<string, BuiltIn>
  readonly builtInTriggers: ReadonlyMap<string, BuiltInTrigger>
  readonly workers: () => Iterable<Worker>
}

/** Name under which what is built in is listed. */
const OWN_NAME = 'tabwright'
const NAMESPACE = 'default'

/** A function, wherever it lives. */
interface Listed {
  /** What registered it: another one where anything of it changes. */
  readonly source: object
  readonly id: string
  readonly worker: string
  /** Of its token: unlike the name, a worker does not choose it. */
  readonly identity: string
  readonly description: string | undefined
  readonly request: Json | undefined
  readonly response: Json | undefined
  readonly metadata: JsonObject | undefined
  readonly internal: boolean
}

/** Lists hold what the caller may call or bind to, and nothing else. */
export function discovery(catalogue: Catalogue): readonly BuiltIn[] {
  const own = (id: string, description: string, run: (fields: Fields, call: CallContext) => Json): BuiltIn => ({
    id,
    description,
    infrastructure: true,
    run: async (data, call) => run(fieldsOf(id, data), call),
  })
  return [
    own('engine::functions::list', 'Functions that can be called now.', (fields, { as }) => functionPage(catalogue, as, fields)),
    own('engine::functions::info', 'One function, or up to 32, with schemas and triggers.', (fields, { as }) =>
      functionInfo(catalogue, as, fields),
    ),
    own('engine::workers::list', 'Workers that are connected.', (fields, { as }) => workerPage(catalogue, as, fields)),
    own('engine::workers::info', 'One worker with its functions and triggers.', (fields, { as }) =>
      workerInfo(catalogue, as, fields.text('name')),
    ),
    own('engine::triggers::list', 'Kinds of triggers that can be bound.', (fields, { as }) => typePage(catalogue, as, fields)),
    own('engine::triggers::info', 'One kind of trigger.', (fields, { as }) => {
      const id = fields.text('id')
      return types(catalogue, as).find((one) => one['id'] === id) ?? nothing(id)
    }),
    own('engine::registered-triggers::list', 'What is bound to triggers.', (fields, { as }) => bindingPage(catalogue, as, fields)),
    own('engine::registered-triggers::info', 'One binding.', (fields, { as }) => {
      const id = fields.text('id')
      const found = bindings(catalogue, as).find((one) => one.id === id) ?? nothing(id)
      return bindingRow(catalogue, found)
    }),
  ]
}

/** As `engine::functions::list` gives them. */
export function functionPage(catalogue: Catalogue, as: Identity, fields: Fields): JsonObject {
  const search = fields.maybeText('search')?.toLowerCase()
  const prefix = fields.maybeText('prefix')
  const one = fields.maybeText('worker')
  const names = fields.maybeTexts('workers') ?? (one === undefined ? undefined : [one])
  const withInternal = fields.isTrue('include_internal')
  const found = listed(catalogue, as)
    .filter((row) => withInternal || !row.internal)
    .filter((row) => prefix === undefined || row.id.startsWith(prefix))
    .filter((row) => names === undefined || names.includes(row.worker))
    .filter((row) => search === undefined || `${row.id} ${row.description ?? ''}`.toLowerCase().includes(search))
  const { rows, next } = pageOf(found, { keyOf: ({ id }) => id, rowOf: functionRow, after: fields.maybeText('after') })
  return { functions: rows, ...some({ next }) }
}

function listed({ registry, builtIns }: Catalogue, as: Identity): readonly Listed[] {
  const ofWorkers = registry.list().map((one): Listed => ({
    source: one,
    id: one.id,
    worker: one.worker.about.name,
    identity: one.worker.identity.id,
    description: one.description,
    request: one.request,
    response: one.response,
    metadata: one.metadata,
    internal: one.metadata?.['internal'] === true,
  }))
  const own = [...builtIns.values()].map((one): Listed => ({
    source: one,
    id: one.id,
    worker: OWN_NAME,
    identity: RELAY_IDENTITY.id,
    description: one.description,
    request: one.request,
    response: one.response,
    metadata: undefined,
    internal: one.internal === true || one.id.startsWith('engine::'),
  }))
  const infrastructure = new Set([...builtIns.values()].filter((one) => one.infrastructure === true).map((one) => one.id))
  return [...ofWorkers, ...own].filter((one) => infrastructure.has(one.id) || mayCall(as, one.id, one.metadata))
}

function functionRow(listed: Listed): JsonObject {
  const { id, worker, identity, description, metadata } = listed
  // Lists have no schemas; who keeps them is told that they changed.
  const shape = shapeOf(listed)
  return { function_id: id, namespace: NAMESPACE, worker_name: worker, identity, ...some({ description, metadata, schema_hash: shape }) }
}

/** Worked out once: every watcher gets the list with each change of any function. */
const shapes = new WeakMap<object, string>()

function shapeOf({ source, request, response }: Listed): string | undefined {
  if (request === undefined && response === undefined) return undefined
  const known = shapes.get(source)
  if (known !== undefined) return known
  const text = JSON.stringify([request ?? null, response ?? null])
  const shape = createHash('sha256').update(text).digest('hex').slice(0, 32)
  shapes.set(source, shape)
  return shape
}

function functionInfo(catalogue: Catalogue, as: Identity, fields: Fields): Json {
  const ids = fields.maybeTexts('function_ids')
  const visible = listed(catalogue, as)
  const rowOf = (found: Listed): JsonObject => {
    const bound = bindings(catalogue, as).filter((one) => one.functionId === found.id)
    const { rows, leftOff } = innerRows(bound, (one) => bindingRow(catalogue, one))
    return {
      ...functionRow(found),
      ...some({ request_schema: found.request, response_schema: found.response }),
      registered_triggers: rows,
      ...(leftOff > 0 && { triggers_left_off: leftOff }),
    }
  }
  if (ids === undefined) {
    const id = fields.text('function_id')
    const found = visible.find((one) => one.id === id) ?? nothing(id)
    return rowOf(found)
  }
  if (ids.length > 32) throw new EngineError('deserialization_error', 'engine::functions::info takes up to 32 functions at once.')
  const asked = ids.flatMap((id) => visible.find((one) => one.id === id) ?? [])
  const functions = fitting(asked, PAGE_BYTES, rowOf)
  const left = asked.slice(functions.length).map(({ id }) => id)
  return { functions, ...(left.length > 0 && { left_off: left }) }
}

function workerPage(catalogue: Catalogue, as: Identity, fields: Fields): JsonObject {
  const search = fields.maybeText('search')?.toLowerCase()
  const runtime = fields.maybeText('runtime')
  const status = fields.maybeText('status')
  const found = visibleWorkers(catalogue, as)
    .filter((one) => search === undefined || one.about.name.toLowerCase().includes(search))
    .filter((one) => runtime === undefined || one.about.runtime === runtime)
    .filter(() => status === undefined || status === 'connected')
  const after = fields.maybeText('after')
  const { rows, next } = pageOf(found, { keyOf: ({ id }) => id, rowOf: (one) => workerRow(catalogue, one), after })
  return { workers: rows, ...some({ next }) }
}

function visibleWorkers({ workers, registry }: Catalogue, as: Identity): readonly Worker[] {
  const callable = new Set(registry.list().flatMap((one) => (mayCall(as, one.id, one.metadata) ? [one.worker] : [])))
  return [...workers()].filter((one) => one.identity.id === as.id || isGranted(as, 'call', '*') || callable.has(one))
}

function workerRow({ registry }: Catalogue, worker: Worker): JsonObject {
  const { name, ...about } = worker.about
  return {
    id: worker.id,
    name,
    namespace: NAMESPACE,
    ...about,
    status: 'connected',
    function_count: registry.count(worker),
    active_invocations: worker.serves.size,
    connected_at_ms: worker.connectedAt,
    ip_address: worker.address,
  }
}

function workerInfo(catalogue: Catalogue, as: Identity, name: string): Json {
  const found = visibleWorkers(catalogue, as).find((one) => one.about.name === name || one.id === name)
  if (found === undefined) return nothing(name)
  const types = catalogue.triggers.types().filter((one) => one.worker === found)
  const own = listed(catalogue, as).filter((one) => catalogue.registry.has(one.id, found))
  const functions = innerRows(own, functionRow)
  const bound = bindings(catalogue, as).filter((one) => one.worker === found.id)
  const triggers = innerRows(bound, (one) => bindingRow(catalogue, one))
  return {
    worker: workerRow(catalogue, found),
    functions: functions.rows,
    ...(functions.leftOff > 0 && { functions_left_off: functions.leftOff }),
    trigger_types: types.map((one) => one.type),
    registered_triggers: triggers.rows,
    ...(triggers.leftOff > 0 && { triggers_left_off: triggers.leftOff }),
  }
}

function typePage(catalogue: Catalogue, as: Identity, fields: Fields): JsonObject {
  const search = fields.maybeText('search')?.toLowerCase()
  const prefix = fields.maybeText('prefix')
  const worker = fields.maybeText('worker')
  const withInternal = fields.isTrue('include_internal')
  const keyOf = ({ id }: JsonObject): string => (typeof id === 'string' ? id : '')
  const found = types(catalogue, as).filter((row) => {
    const id = keyOf(row)
    if (!withInternal && id.startsWith('engine::')) return false
    if (prefix !== undefined && !id.startsWith(prefix)) return false
    if (worker !== undefined && row['worker_name'] !== worker) return false
    return search === undefined || JSON.stringify(row).toLowerCase().includes(search)
  })
  const { rows, next } = pageOf(found, { keyOf, rowOf: (row) => row, after: fields.maybeText('after') })
  return { triggers: rows, ...some({ next }) }
}

function types({ triggers, builtInTriggers }: Catalogue, as: Identity): readonly JsonObject[] {
  const own = [...builtInTriggers.values()].map((one) => ({
    id: one.type,
    worker_name: OWN_NAME,
    ...some({ description: one.description, trigger_request_format: one.configSchema, call_request_format: one.callSchema }),
  }))
  const ofWorkers = triggers.types().map((one) => ({
    id: one.type,
    worker_name: one.worker.about.name,
    ...some({ description: one.description, trigger_request_format: one.configSchema, call_request_format: one.callSchema }),
  }))
  return [...own, ...ofWorkers].filter((one) => isGranted(as, 'bind', one.id)).map((one) => ({ ...one, namespace: NAMESPACE }))
}

function bindings({ triggers }: Catalogue, as: Identity): readonly Binding[] {
  return triggers.bindings().filter((one) => one.binder.id === as.id || isGranted(as, 'call', one.functionId))
}

function bindingPage(catalogue: Catalogue, as: Identity, fields: Fields): JsonObject {
  const search = fields.maybeText('search')?.toLowerCase()
  const type = fields.maybeText('trigger_type')
  const functionId = fields.maybeText('function_id')
  const worker = fields.maybeText('worker')
  const found = bindings(catalogue, as)
    .filter((one) => type === undefined || one.triggerType === type)
    .filter((one) => functionId === undefined || one.functionId === functionId)
    .filter((one) => worker === undefined || binderOf(catalogue, one) === worker)
    .filter((one) => search === undefined || JSON.stringify(bindingRow(catalogue, one)).toLowerCase().includes(search))
  const after = fields.maybeText('after')
  const { rows, next } = pageOf(found, { keyOf: ({ id }) => id, rowOf: (one) => bindingRow(catalogue, one), after })
  return { registered_triggers: rows, ...some({ next }) }
}

function bindingRow(catalogue: Catalogue, binding: Binding): JsonObject {
  const { id, triggerType, functionId, config } = binding
  return {
    id,
    trigger_type: triggerType,
    function_id: functionId,
    worker_name: binderOf(catalogue, binding),
    config,
    config_summary: JSON.stringify(config).slice(0, 120),
  }
}

function binderOf({ workers }: Catalogue, { worker }: Binding): string {
  const binder = worker === undefined ? undefined : [...workers()].find((one) => one.id === worker)
  return binder?.about.name ?? OWN_NAME
}

/** Without what is not there. */
function some(fields: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}

function nothing(name: string): never {
  throw new EngineError('NOT_FOUND', `There is no ${name.slice(0, 200)} here that you may see.`)
}
