import { describe, expect, it } from 'vitest'
import { functionCallOf, ruleNameIn, ruleNameOf, toolNameOf } from './worker-function'

describe('names of functions of workers', () => {
  const parts = ['a', '_', '__', '-', 'a_', '_a', 'a__b', 'u']
  const ids = [...parts, ...parts.flatMap((one) => parts.map((two) => `${one}::${two}`)), 'a::_::b', 'a::__b::c_']

  it('are told apart in the alphabet of the provider, and read back', () => {
    const names = ids.map((id) => toolNameOf(id) ?? '')
    expect(new Set(names).size).toBe(ids.length)
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(names.map((name) => ruleNameIn(name))).toEqual(ids.map((id) => ruleNameOf(id)))
  })

  it('are none of ours: what has no :: in it gets one', () => {
    expect(toolNameOf('shell')).toBe('__shell')
    expect(['shell', 'read_file', 'search_tools'].map((name) => ruleNameIn(name))).toEqual([undefined, undefined, undefined])
  })

  it('are left out where they are too long, and a call finds its function by either name', () => {
    expect(toolNameOf(`a::${'b'.repeat(62)}`)).toBeUndefined()
    const call = (wanted: string): unknown =>
      functionCallOf({ name: 'call_function', input: JSON.stringify({ function: wanted, input: { a: 1 } }) })
    const wanted = { function: 'orders::refund_all', input: '{"a":1}' }
    expect([call('orders::refund_all'), call('orders__refund_all')]).toEqual([wanted, wanted])
    expect(functionCallOf({ name: 'call_function', input: '{"function":7}' })).toBeUndefined()
    expect(functionCallOf({ name: 'shell', input: '{}' })).toBeUndefined()
  })
})
