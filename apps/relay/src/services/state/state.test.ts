import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '@tabwright/protocol'
import { EngineError, type InvokeOptions, type Service } from '../../engine/built-in'
import { createQueueService, type QueueService } from '../queue/queue'
import { servicesForTest, type ServicesUnderTest } from '../services-under-test'
import { createStateService } from './state'

describe('state', () => {
  let under: ServicesUnderTest
  let queue: QueueService
  let state: Service
  let seen: Json[]
  const call = (id: string, data: Json, more = {}) => under.call(state, `state::${id}`, data, more)
  const set = (key: string, value: Json, more = {}) => call('set', { scope: 'tasks', key, value }, more)
  const bind = (functionId: string, config: Json, id = functionId) => under.bind(state, { id, triggerType: 'state', functionId, config })
  const open = async (parts: ServicesUnderTest['parts']) => {
    queue = createQueueService(parts)
    state = createStateService(parts, queue.wake)
    await queue.open()
  }
  beforeEach(async () => {
    under = servicesForTest({}, Date.now)
    seen = []
    under.functions.set('w::on', (data) => void seen.push(data ?? null))
    await open(under.parts)
  })
  afterEach(async () => {
    await queue.close()
    under.remove()
  })

  it('answers in the shape that SDKs expect', async () => {
    expect(await set('a', { n: 1 })).toMatchObject({ old_value: null, new_value: { n: 1 } })
    expect(await call('set', { scope: 'tasks', key: 'a', data: 2 })).toMatchObject({ old_value: { n: 1 }, new_value: 2 })
    expect(await call('get', { scope: 'tasks', key: 'a' })).toBe(2)
    expect(await call('get', { scope: 'tasks', key: 'missing' })).toBeUndefined()
    await set('b', 'x')
    expect(await call('list', { scope: 'tasks' })).toEqual([2, 'x'])
    expect(await call('list', { scope: 'tasks', after: 'a', limit: 5, with_keys: true })).toMatchObject([{ key: 'b', value: 'x' }])
    expect(await call('list_groups', {})).toEqual({ groups: ['tasks'] })
    expect(await call('delete', { scope: 'tasks', key: 'a' })).toBe(2)
    expect(await call('delete', { scope: 'tasks', key: 'a' })).toBeUndefined()
    const ops = [
      { type: 'append', path: ['log'], value: 'x' },
      { type: 'increment', path: 'log', by: 1 },
    ]
    expect(await call('update', { scope: 'tasks', key: 'c', ops })).toMatchObject({
      old_value: null,
      new_value: { log: 'x' },
      errors: [{ op_index: 1, code: 'increment.not_number', message: expect.any(String) }],
    })
  })

  it('compares and sets: of two that saw the same version one wins', async () => {
    await set('a', 1)
    const { version } = Object(await call('get', { scope: 'tasks', key: 'a', with_version: true }))
    const tries = ['x', 'y'].map((value) => call('compare-and-set', { scope: 'tasks', key: 'a', value, expected_version: version }))
    expect((await Promise.all(tries)).map((one) => Object(one).swapped)).toEqual([true, false])
    await expect(call('set', { scope: 'tasks', key: 'a', value: 'z', expected_version: version })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(call('delete', { scope: 'tasks', key: 'a', expected_version: 0 })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await call('get', { scope: 'tasks', key: 'a' })).toBe('x')
  })

  it('what is malformed or too large is refused by name and changes nothing', async () => {
    await expect(call('set', { scope: '', key: 'k' })).rejects.toMatchObject({
      code: 'deserialization_error',
      message: expect.stringContaining('scope'),
    })
    await expect(set('k', 'x'.repeat(481 * 1024))).rejects.toMatchObject({ code: 'too_large' })
    await expect(call('update', { scope: 's', key: 'k', ops: [{ type: 'push' }] })).rejects.toMatchObject({
      message: expect.stringContaining('step 0'),
    })
    await expect(call('update', { scope: 's', key: 'k', ops: 'all' })).rejects.toMatchObject({ code: 'deserialization_error' })
    await set('k', ['x'.repeat(400 * 1024)])
    const append = { type: 'append', value: 'x'.repeat(100 * 1024) }
    await expect(call('update', { scope: 'tasks', key: 'k', ops: [append] })).rejects.toMatchObject({ code: 'too_large' })
    expect(await call('list_groups', {})).toEqual({ groups: ['tasks'] })
    for (const key of ['l', 'm']) await set(key, 'x'.repeat(400 * 1024))
    await expect(call('list', { scope: 'tasks' })).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('"after"') })
  })

  it('tells a bound function each change of what it watches, in order for each key', async () => {
    await bind('w::on', { scope: 'tasks' })
    await set('a', 1)
    await set('a', 2)
    await call('set', { scope: 'elsewhere', key: 'a', value: 3 })
    await call('delete', { scope: 'tasks', key: 'a' })
    await expect
      .poll(() => seen)
      .toEqual([
        { type: 'state', event_type: 'state:created', scope: 'tasks', key: 'a', old_value: null, new_value: 1 },
        { type: 'state', event_type: 'state:updated', scope: 'tasks', key: 'a', old_value: 1, new_value: 2 },
        { type: 'state', event_type: 'state:deleted', scope: 'tasks', key: 'a', old_value: 2, new_value: null },
      ])
  })

  it('a condition over the new value decides, as an expression or as a function', async () => {
    const others: Json[] = []
    under.functions.set('w::other', (data) => void others.push(data ?? null))
    under.functions.set('w::wants', (data) => Object(data).key !== 'skip')
    await bind('w::on', { scope: 'tasks', condition: 'status == "pending"' })
    await bind('w::other', { key: 'skip', condition_function_id: 'w::wants' })
    await bind('w::other', { key: 'take', condition_function_id: 'w::wants' }, 'second')
    for (const status of ['pending', 'done', 'pending']) await set('t', { status })
    await set('t', 'not an object')
    for (const key of ['skip', 'take']) await set(key, { status: 'x' })
    await expect.poll(() => seen.map((one) => Object(one).new_value)).toEqual([{ status: 'pending' }, { status: 'pending' }])
    await expect.poll(() => others.map((one) => Object(one).key)).toEqual(['take'])
  })

  it('a condition that cannot be read or could take long is refused when it is bound', async () => {
    for (const condition of ['status ==', 'x.matches("(a+)+$")', 'list.exists(a, a == 1)', `a == "${'x'.repeat(1000)}"`, '__proto__ == 1'])
      await expect(bind('w::on', { condition })).rejects.toMatchObject({ code: 'trigger_registration_failed' })
    for (const scope of [1, '', null]) {
      const binding = bind('w::on', { scope })
      if (scope === null) await binding
      else await expect(binding).rejects.toMatchObject({ code: 'trigger_registration_failed' })
    }
  })

  it('what a change caused is delivered after a restart, and in order', async () => {
    under.functions.delete('w::on')
    await bind('w::on', { scope: 'tasks' })
    for (const n of [1, 2, 3]) await set('a', n)
    await queue.close()
    await open(under.reopen())
    under.functions.set('w::on', (data) => void seen.push(data ?? null))
    await expect.poll(() => seen.map((one) => Object(one).new_value)).toEqual([1, 2, 3])
  })

  it('fires with the rights of whoever bound it, in the trace of whoever wrote', async () => {
    let got: InvokeOptions | undefined
    under.functions.set('w::on', (_data, options) => void (got = options))
    const narrow = { id: 'narrow', kind: 'worker' as const, grants: { register: [], call: ['w::*'], bind: ['*'], provide: [] } }
    under.identities.set('narrow', narrow)
    const refused = state.triggerTypes[0]?.bind({
      id: 'n',
      triggerType: 'state',
      functionId: 'w::on',
      config: {},
      metadata: undefined,
      binder: narrow,
      worker: 'w',
    })
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const reader = { ...narrow, grants: { ...narrow.grants, call: ['w::*', 'state::get'] } }
    under.identities.set('narrow', reader)
    await state.triggerTypes[0]?.bind({
      id: 'n',
      triggerType: 'state',
      functionId: 'w::on',
      config: {},
      metadata: undefined,
      binder: reader,
      worker: 'w',
    })
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
    await set('a', 1, { trace, depth: 3 })
    await expect.poll(() => got).toMatchObject({ as: reader, trace, depth: 4 })
    under.identities.delete('narrow')
    await set('a', 2)
    expect(await under.stores.queue.stats('engine::state')).toMatchObject({ depth: 0, dead: 0 })
    expect(await call('get', { scope: 'tasks', key: 'a' })).toBe(2)
  })

  it('a chain of triggers is cut at depth 8, and the change is kept', async () => {
    under.functions.set('w::on', async (data, { depth }) => {
      seen.push(depth)
      await call('set', { scope: 'tasks', key: 'a', value: Number(Object(data).new_value) + 1 }, { depth })
    })
    await bind('w::on', { scope: 'tasks' })
    await set('a', 0)
    await expect.poll(() => under.failures).toMatchObject([expect.any(EngineError)])
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(await call('get', { scope: 'tasks', key: 'a' })).toBe(8)
  })
})
