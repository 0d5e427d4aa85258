import { describe, expect, it } from 'vitest'
import { applyOps, type StateOp } from './state-ops'

describe('an update', () => {
  it('sets, makes what is missing on the way, and does not replace another kind of value by accident', () => {
    expect(applyOps(undefined, [{ type: 'set', path: ['a', 'b.c'], value: 1 }]).value).toEqual({ a: { 'b.c': 1 } })
    expect(applyOps({ a: 1 }, [{ type: 'set', path: '', value: 'whole' }]).value).toBe('whole')
    expect(applyOps({ a: 'text' }, [{ type: 'set', path: ['a', 'b'], value: 1 }])).toEqual({
      value: { a: 'text' },
      problems: [{ index: 0, code: 'set.target_not_object', message: expect.stringContaining('b') }],
    })
  })

  it('merges one level deep', () => {
    const ops: StateOp[] = [{ type: 'merge', path: 'a', value: { y: 2 } }]
    expect(applyOps({ a: { x: { deep: 1 }, y: 1 } }, ops).value).toEqual({ a: { x: { deep: 1 }, y: 2 } })
    expect(applyOps(undefined, [{ type: 'merge', value: { z: 1 } }]).value).toEqual({ z: 1 })
    expect(applyOps([1], [{ type: 'merge', value: { z: 1 } }]).problems).toMatchObject([{ code: 'merge.target_not_object' }])
    expect(applyOps({}, [{ type: 'merge', value: [1] }]).problems).toMatchObject([{ code: 'merge.value.not_an_object' }])
  })

  it('appends to lists and text, and begins either', () => {
    const ops: StateOp[] = [
      { type: 'append', path: 'list', value: { n: 2 } },
      { type: 'append', path: 'text', value: 'b' },
      { type: 'append', path: 'new', value: 1 },
      { type: 'append', path: 'fresh', value: 'word' },
    ]
    expect(applyOps({ list: [1], text: 'a' }, ops).value).toEqual({ list: [1, { n: 2 }], text: 'ab', new: [1], fresh: 'word' })
    expect(applyOps({ n: 1 }, [{ type: 'append', path: 'n', value: 1 }]).problems).toMatchObject([{ code: 'append.type_mismatch' }])
  })

  it('counts, and removes', () => {
    const ops: StateOp[] = [
      { type: 'increment', path: 'n', by: 2 },
      { type: 'decrement', path: ['deep', 'm'], by: 3 },
      { type: 'remove', path: 'gone' },
      { type: 'remove', path: ['deep', 'missing', 'too'] },
    ]
    expect(applyOps({ n: 1, gone: true }, ops)).toEqual({ value: { n: 3, deep: { m: -3 } }, problems: [] })
    expect(applyOps({ n: Number.MAX_VALUE }, [{ type: 'increment', path: 'n', by: Number.MAX_VALUE }]).problems).toMatchObject([
      { code: 'increment.not_number' },
    ])
  })

  it('[O39] refuses keys that reach behind an object, in paths and in values, and paths without end', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const { value, problems } = applyOps({ kept: 1 }, [
        { type: 'set', path: ['a', key], value: 1 },
        { type: 'merge', value: JSON.parse(`{"x":{"${key}":1}}`) },
        { type: 'remove', path: key },
      ])
      expect(value).toEqual({ kept: 1 })
      expect(problems.map((one) => one.code)).toEqual([
        'set.path.proto_polluted',
        'merge.value.proto_polluted',
        'remove.path.proto_polluted',
      ])
    }
    expect('polluted' in {}).toBe(false)
    applyOps({}, [{ type: 'set', path: ['__proto__', 'polluted'], value: true }])
    expect('polluted' in {}).toBe(false)
    const long = Array.from({ length: 33 }, () => 'k')
    expect(applyOps({}, [{ type: 'set', path: long, value: 1 }]).problems).toMatchObject([{ code: 'set.path.too_deep' }])
    expect(applyOps({}, [{ type: 'set', path: ['a', ''], value: 1 }]).problems).toMatchObject([{ code: 'set.path.empty_segment' }])
  })

  it('each step sees what the one before left, and leaves the value it was given as it was', () => {
    const given = { list: ['a'] }
    const { value } = applyOps(given, [
      { type: 'append', path: 'list', value: 'b' },
      { type: 'append', path: 'list', value: 'c' },
    ])
    expect(value).toEqual({ list: ['a', 'b', 'c'] })
    expect(given).toEqual({ list: ['a'] })
  })
})
