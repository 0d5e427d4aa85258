import type { Json, JsonObject } from '@tabwright/protocol'
import { WIRE_LIMITS } from '@tabwright/protocol/relay'
import { EngineError, type BuiltIn, type CallContext, type Service } from '../../engine/built-in'
import { fieldsOf, type Fields } from '../../engine/fields'
import type { Lane, NewItem } from '../../stores/queue-store'
import type { StateChanged, StateConflict, StateEntry, StateWrite } from '../../stores/state-store'
import { checkName, checkSize, durable, listOfNames, PAGING, type ServiceParts } from '../parts'
import { readOps } from './read-ops'
import { STATE_QUEUE, StateBindings } from './state-bindings'

const TEXT = { type: 'string' } as const
const PLACE = { scope: TEXT, key: TEXT } as const
const VERSION = {
  expected_version: { type: 'integer', minimum: 0, description: 'Only over this version; 0: only where nothing is.' },
} as const

/** Values that workers and tabs have in common, and triggers on their changes. */
export function createStateService(parts: ServiceParts, wake: (lane: Lane) => void): Service {
  const bindings = new StateBindings(parts)
  const write = writer(parts, { bindings, wake })
  return {
    functions: [...reading(parts), ...changing(parts, write), compareAndSet(parts, write)],
    triggerTypes: [bindings.trigger],
    close: () => Promise.resolve(),
  }
}

type Write = (write: StateWrite, call: CallContext) => Promise<StateChanged | StateConflict>

/** Writes, and wakes whoever waits for the change. */
function writer(
  { stores, limits, failed }: ServiceParts,
  { bindings, wake }: { bindings: StateBindings; wake: (lane: Lane) => void },
): Write {
  return async (write, call) => {
    let caused: readonly NewItem[] = []
    let isCut = false
    const outcome = await durable(
      stores.state.write(write, (changed) => {
        // Of other changes it was looked at before: what fails in here makes the whole group of writes begin again.
        if (write.change.type === 'update' && changed.after !== undefined) checkSize('A value', changed.after.value, limits.value)
        const items = bindings.itemsFor(changed, { ...call.trace, depth: call.depth + 1 })
        isCut = items.length > 0 && call.depth >= WIRE_LIMITS.triggerDepth
        caused = isCut ? [] : items
        return caused
      }),
    )
    if (isCut) failed('state trigger', new EngineError('too_deep', 'A chain of triggers was cut; the change itself was kept.'))
    for (const { functionId } of caused) wake({ queue: STATE_QUEUE, functionId })
    return outcome
  }
}

function placeOf(fields: Fields, { limits }: ServiceParts): { scope: string; key: string } {
  return { scope: checkName('scope', fields.text('scope'), limits), key: checkName('key', fields.text('key'), limits) }
}

function reading(parts: ServiceParts): readonly BuiltIn[] {
  const { state } = parts.stores
  const [get, list, groups] = ['state::get', 'state::list', 'state::list_groups']
  return [
    {
      id: get,
      description: 'The value under a key, or nothing.',
      request: { type: 'object', properties: { ...PLACE, with_version: { type: 'boolean' } }, required: ['scope', 'key'] },
      run: async (data) => {
        const fields = fieldsOf(get, data)
        const { scope, key } = placeOf(fields, parts)
        const entry = await state.get(scope, key)
        if (entry === undefined || !fields.isTrue('with_version')) return entry?.value
        return { value: entry.value, version: entry.version }
      },
    },
    {
      id: list,
      description: 'The values of a scope in the order of their keys.',
      request: {
        type: 'object',
        properties: { scope: TEXT, limit: { type: 'integer' }, after: TEXT, with_keys: { type: 'boolean' } },
        required: ['scope'],
      },
      run: async (data) => {
        const fields = fieldsOf(list, data)
        const scope = checkName('scope', fields.text('scope'), parts.limits)
        const asked = Math.floor(fields.maybeNumber('limit') ?? parts.limits.listValues)
        const limit = Math.min(Math.max(asked, 1), parts.limits.listValues)
        const entries = await state.list(scope, { limit: limit + 1, after: fields.maybeText('after') })
        if (entries.length > limit && fields.maybeNumber('limit') === undefined) throw tooMany(entries.length - 1)
        const page = entries.slice(0, limit).map((entry) => (fields.isTrue('with_keys') ? keyed(entry) : entry.value))
        if (Buffer.byteLength(JSON.stringify(page)) > parts.limits.listBytes) throw tooMany(page.length)
        return page
      },
    },
    {
      id: groups,
      description: 'The scopes that hold anything, in their order.',
      request: { type: 'object', properties: PAGING },
      run: async (data) => ({
        groups: listOfNames(fieldsOf(groups, data), await state.groups(), { limits: parts.limits, rowOf: (name) => name }),
      }),
    },
  ]
}

function keyed({ key, value, version }: StateEntry): JsonObject {
  return { key, value, version }
}

function tooMany(values: number): EngineError {
  return new EngineError(
    'too_large',
    `The scope has too much for one answer (${values} values or more): ask for pages, with "limit" and "after".`,
  )
}

function changing(parts: ServiceParts, write: Write): readonly BuiltIn[] {
  const [set, update, remove] = ['state::set', 'state::update', 'state::delete']
  const expectedOf = (fields: Fields) => fields.maybeNumber('expected_version')
  return [
    {
      id: set,
      description: 'Keeps a value under a key. Answered is on the disk.',
      request: { type: 'object', properties: { ...PLACE, value: {}, ...VERSION }, required: ['scope', 'key'] },
      run: async (data, call) => {
        const fields = fieldsOf(set, data)
        const value = fields.json('value') ?? fields.json('data') ?? null
        const place = placeOf(fields, parts)
        checkSize('A value', value, parts.limits.value)
        return told(await write({ ...place, change: { type: 'set', value }, expected: expectedOf(fields) }, call))
      },
    },
    {
      id: update,
      description: 'Changes parts of a value in one step: set, merge, append, increment, decrement, remove.',
      request: { type: 'object', properties: { ...PLACE, ops: { type: 'array' }, ...VERSION }, required: ['scope', 'key', 'ops'] },
      run: async (data, call) => {
        const fields = fieldsOf(update, data)
        const ops = readOps(fields.json('ops'), parts.limits.ops)
        const place = placeOf(fields, parts)
        return told(await write({ ...place, change: { type: 'update', ops }, expected: expectedOf(fields) }, call))
      },
    },
    {
      id: remove,
      description: 'Deletes a value, and answers what it was.',
      request: { type: 'object', properties: { ...PLACE, ...VERSION }, required: ['scope', 'key'] },
      run: async (data, call) => {
        const fields = fieldsOf(remove, data)
        const place = placeOf(fields, parts)
        return changed(await write({ ...place, change: { type: 'delete' }, expected: expectedOf(fields) }, call)).before?.value
      },
    },
  ]
}

function compareAndSet(parts: ServiceParts, write: Write): BuiltIn {
  const id = 'state::compare-and-set'
  return {
    id,
    description: 'Keeps a value only over the version that is named, and answers whether it did.',
    request: { type: 'object', properties: { ...PLACE, value: {}, ...VERSION }, required: ['scope', 'key', 'expected_version'] },
    response: { type: 'object', properties: { swapped: { type: 'boolean' }, version: { type: 'integer' } } },
    run: async (data, call) => {
      const fields = fieldsOf(id, data)
      const expected = fields.maybeNumber('expected_version')
      if (expected === undefined) throw new EngineError('deserialization_error', `${id} was not called: "expected_version" is missing.`)
      const value = fields.json('value') ?? null
      checkSize('A value', value, parts.limits.value)
      const outcome = await write({ ...placeOf(fields, parts), change: { type: 'set', value }, expected }, call)
      if (outcome.type === 'conflict') return { swapped: false, version: outcome.version }
      return { swapped: true, version: outcome.after?.version ?? 0 }
    },
  }
}

/** @throws EngineError `CONFLICT` */
function changed(outcome: StateChanged | StateConflict): StateChanged {
  if (outcome.type === 'changed') return outcome
  throw new EngineError(
    'CONFLICT',
    `Nothing was changed: the version is ${outcome.version}${outcome.version === 0 ? ', there is none' : ''}.`,
  )
}

function told(outcome: StateChanged | StateConflict): Json {
  const { before, after, problems } = changed(outcome)
  return {
    old_value: before?.value ?? null,
    new_value: after?.value ?? null,
    version: after?.version ?? 0,
    ...(problems.length > 0 && { errors: problems.map(({ index, code, message }) => ({ op_index: index, code, message })) }),
  }
}
