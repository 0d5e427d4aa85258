import assert from 'node:assert/strict'
import test from 'node:test'
import { convert, formatLength, parseLength } from '../src/index.js'

test('reads lengths', () => {
  assert.equal(parseLength('12 cm'), 120)
  assert.equal(parseLength('1.5m'), 1500)
  assert.equal(parseLength('2 m 5 cm'), 2050)
  assert.throws(() => parseLength('far'), RangeError)
})

test('converts and shows them', () => {
  assert.equal(convert(1, 'in', 'mm'), 25.4)
  assert.equal(formatLength(1250), '1.25 m')
  assert.equal(formatLength(1000, 'cm'), '100 cm')
})
