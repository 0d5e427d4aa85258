import { describe, expect, it } from 'vitest'
import { parseStrict } from './parse-strict'

describe('parseStrict', () => {
  it.each([
    ['{"path":"a.txt","content":"hel', 'not valid JSON'],
    ['{"p":"a\\q"}', 'not valid JSON'],
    ['{"a":1,"a":2}', 'twice'],
    ['{"x":{"a":1,"b":[{"c":1,"c":2}]}}', 'twice'],
    ['{"__proto__":{"a":1}}', '__proto__'],
    ['{"\\u0061":1,"a":2}', 'twice'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'deeper'],
  ])('[rule 5] refuses %s', (text, reason) => {
    expect(() => parseStrict(text)).toThrow(reason)
  })

  it('takes valid JSON with the same key in different objects and quotes in strings', () => {
    const text = '{"a":{"k":"x\\":1,\\"k"},"b":{"k":[1,{"k":"{"}]}, "c" : "__proto__"}'
    expect(parseStrict(text)).toEqual(JSON.parse(text))
  })
})
