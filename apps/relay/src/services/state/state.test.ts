import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '@tabwright/protocol'
import type { Service } from '../../engine/built-in'
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

  it('names are listed in pages where there are more than one answer holds, so who makes them hides those of nobody', async () => {
    const scopes = Array.from({ length: 2000 }, (_, n) => `${'x'.repeat(500)}-${String(n).padStart(4, '0')}`)
    await Promise.all([...scopes, 'tasks'].map((scope) => call('set', { scope, key: 'k', value: 1 })))
    await expect(call('list_groups', {})).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('"after"') })
    expect(await call('list_groups', { limit: 2 })).toEqual({ groups: ['tasks', scopes[0]] })
    expect(await call('list_groups', { limit: 5, after: scopes[1998] ?? '' })).toEqual({ groups: [scopes[1999]] })
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
})
